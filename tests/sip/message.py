"""SIP messages as bytes and back, and digest authentication (RFC 3261, RFC 2617). Owns no socket.

Text is UTF-8 with `surrogateescape`, so that a display name of any bytes goes out and comes back as it is.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """first: the request or status line; headers: in order, names as on the wire; body: without its length."""

    first: str
    headers: Headers
    body: str = ""

    @property
    def status(self) -> int:
        """The code of a response; 0 for a request."""
        return int(self.first.split(" ", 2)[1]) if self.first.startswith("SIP/2.0 ") else 0

    @property
    def method(self) -> str:
        """Of a request its own method, of a response that of the request it answers."""
        return self["cseq"].partition(" ")[2] if self.status else self.first.partition(" ")[0]

    @property
    def uri(self) -> str:
        """The request URI."""
        return self.first.split(" ")[1]

    def __getitem__(self, name: str) -> str:
        """The first header of that name, "" when there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    def encode(self) -> bytes:
        body = self.body.encode("utf-8", "surrogateescape")
        lines = [self.first, *(f"{name}: {value}" for name, value in self.headers), f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def parse(data: bytes) -> Message | None:
    """A datagram as a message; None for keep-alives and what is not SIP."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    if "SIP/2.0" not in first:
        return None
    pairs = (line.partition(":") for line in lines)
    headers = tuple((name.strip(), value.strip()) for name, _, value in pairs if name.lower() != "content-length")
    return Message(first, headers, body.decode("utf-8", "surrogateescape"))


def request(method: str, uri: str, headers: Sequence[tuple[str, str]], body: str = "") -> Message:
    kind = (("Content-Type", "application/sdp"),) if body else ()
    return Message(f"{method} {uri} SIP/2.0", (*headers, ("Max-Forwards", "70"), *kind), body)


def response(to: Message, code: int, reason: str, *, tag: str = "", contact: str = "", body: str = "") -> Message:
    """Answer a request; `tag` marks our side of the dialog if the request's To has none yet."""
    whom = to["to"] if "tag=" in to["to"] or not tag else f"{to['to']};tag={tag}"
    headers = [("Via", via) for via in to.all("via")]
    headers += [("From", to["from"]), ("To", whom), ("Call-ID", to["call-id"]), ("CSeq", to["cseq"])]
    if contact:
        headers.append(("Contact", f"<{contact}>"))
    if body:
        headers.append(("Content-Type", "application/sdp"))
    return Message(f"SIP/2.0 {code} {reason}", tuple(headers), body)


def token() -> str:
    return secrets.token_hex(8)


def display(name: str | bytes) -> str:
    """A display name, quoted. Text is escaped as the standard wants; bytes go out raw between the quotes."""
    if isinstance(name, bytes):
        return f'"{name.decode("utf-8", "surrogateescape")}" '
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '" ' if name else ""


def address(header: str) -> str:
    """The URI inside a From, To or Contact."""
    found = re.search(r"<([^>]*)>", header)
    return found[1] if found else header.split(";")[0]


def user(uri: str) -> str:
    """The user part of a SIP URI."""
    return re.sub(r"^sips?:", "", uri).partition("@")[0]


def sdp(ip: str, port: int) -> str:
    """An offer or answer for µ-law at 20 ms and telephone events as payload 101."""
    return (
        f"v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\n"
        "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\n"
    )


def media_address(body: str) -> tuple[str, int] | None:
    """Where the other side wants its audio; None without an audio line."""
    port = re.search(r"^m=audio (\d+)", body, re.M)
    ip = re.search(r"^c=IN IP4 (\S+)", body, re.M)
    return (ip[1], int(port[1])) if ip and port else None


def digest(challenge: str, method: str, uri: str, username: str, password: str) -> str:
    """The Authorization header's value for a WWW- or Proxy-Authenticate challenge (MD5, with or without qop)."""
    asked = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge.partition(" ")[2]))
    realm, nonce = asked["realm"], asked["nonce"]

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    ours, theirs = md5(f"{username}:{realm}:{password}"), md5(f"{method}:{uri}")
    answer = f'Digest username="{username}", realm="{realm}", nonce="{nonce}", uri="{uri}", algorithm=MD5'
    if "auth" in asked.get("qop", ""):
        cnonce = token()
        proof = md5(f"{ours}:{nonce}:00000001:{cnonce}:auth:{theirs}")
        answer += f', qop=auth, nc=00000001, cnonce="{cnonce}"'
    else:
        proof = md5(f"{ours}:{nonce}:{theirs}")
    answer += f', response="{proof}"'
    return answer + (f', opaque="{asked["opaque"]}"' if "opaque" in asked else "")
