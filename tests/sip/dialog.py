"""One call's signalling, as caller or called party: SIP's INVITE dialog over UDP, repeating what may get lost."""

import asyncio
import random
from typing import TYPE_CHECKING

from tests.sip import message as sip
from tests.sip.line import Answers, Line, Manner, Redirects, Refuses, Rings
from tests.sip.message import Message

Fields = tuple[tuple[str, str], ...]

if TYPE_CHECKING:
    pass

RETRY = 0.5  # T1 of RFC 3261: the first repeat of a request without an answer
TRIES = 7


class Dialog:
    """The SIP side of one call, calling or called. Repeats what UDP may lose."""

    def __init__(self, line: Line, *, call_id: str, us: str, them: str, target: str) -> None:
        self.line, self.phone = line, line.phone
        self.call_id, self.us, self.them, self.target = call_id, us, them, target
        self.invite: Message | None = None
        self.secret = ""  # proves that the caller is who it says, if the exchange asks
        self._sequence = random.randint(1, 10000)
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._cancelled = False
        self._manner: asyncio.TimerHandle | None = None
        self._final: Message | None = None

    # -- calling

    def call(self, extra: tuple[tuple[str, str], ...]) -> None:
        body = sip.sdp(self.phone.ip, self.line.media.port)
        self.invite = self._request("INVITE", self.target, body, extra)
        self._send(self.invite, "INVITE")

    def hear(self, message: Message) -> None:
        self.line.note(f"< {message.status or ''} {message.method}".replace("  ", " "))
        if message.status:
            self._answered(message)
        else:
            self._asked(message)

    def _answered(self, answer: Message) -> None:
        if answer.method == "BYE" and answer.status >= 200:
            self._done("BYE")
            self.line.end("us")
        if answer.method != "INVITE":
            self._done(answer.method)
            return
        self._done("INVITE")
        peer = sip.media_address(answer.body) if answer.body else None
        if answer.status < 200:
            if peer:
                self.line.media.peer = peer
            if answer.status in (180, 183):
                self.line.ringing.set()
            if self._cancelled and answer.status >= 100:
                self._cancel()
        elif answer.status < 300:
            self.them = answer["to"]
            self.target = sip.address(answer["contact"]) or self.target
            self._ack(answer, self.target, sip.token())
            if self._cancelled:
                self._bye()
            elif not self.line.is_up:
                self.line.connect(peer)
        else:
            branch = self.invite["via"].partition("branch=z9hG4bK")[2] if self.invite else ""
            self._ack(answer, self.target, branch)
            if answer.status in (401, 407) and self.secret:
                self._prove(answer)
                return
            self.line.end("us" if self._cancelled else "them", answer.status)

    def _prove(self, answer: Message) -> None:
        """The same call once more, with what the exchange has asked for."""
        asks = "www-authenticate" if answer.status == 401 else "proxy-authenticate"
        name = "Authorization" if answer.status == 401 else "Proxy-Authorization"
        proof = sip.digest(answer[asks], "INVITE", self.target, self.line.caller, self.secret)
        self.secret = ""
        self.call(((name, proof),))

    def refer(self, number: str) -> None:
        """Send the other side on to `number` (a blind transfer)."""
        host, port = self.phone.exchange
        self._send(self._request("REFER", self.target, extra=(("Refer-To", f"<sip:{number}@{host}:{port}>"),)), "REFER")

    def _ack(self, answer: Message, uri: str, branch: str) -> None:
        number = answer["cseq"].partition(" ")[0]
        headers: Fields = (("Via", self.phone.via(branch)), ("From", self.us), ("To", answer["to"]))
        headers += (("Call-ID", self.call_id), ("CSeq", f"{number} ACK"))
        self.phone.send(sip.request("ACK", uri, headers))

    def _cancel(self) -> None:
        invite = self.invite
        if invite is None or "CANCEL" in self._waiting:
            return
        headers = tuple((n, v) for n, v in invite.headers if n in ("Via", "From", "To", "Call-ID"))
        number = invite["cseq"].partition(" ")[0]
        self._send(sip.request("CANCEL", invite.uri, (*headers, ("CSeq", f"{number} CANCEL"))), "CANCEL")

    # -- being called

    def _asked(self, asked: Message) -> None:
        match asked.method:
            case "INVITE" if self._final is not None or self.line.is_up:
                offers_audio = "m=audio" in asked.body or not asked.body
                self._reply(asked, 200 if offers_audio else 488, "OK" if offers_audio else "Not Acceptable Here")
            case "INVITE":
                self._reply(asked, 180, "Ringing")
            case "BYE":
                self._reply(asked, 200, "OK", body=False)
                self.line.end("them")
            case "CANCEL":
                self._reply(asked, 200, "OK", body=False)
                if self.invite is not None and not self.line.is_up:
                    self._reply(self.invite, 487, "Request Terminated")
                    self.line.end("them", 487)
            case "ACK":
                self._done("200")
            case _:
                self._reply(asked, 200, "OK", body=False)

    def be_called(self, invite: Message, manner: Manner) -> None:
        """Treat an incoming call in the given manner."""
        self.invite = invite
        self.line.media.peer = sip.media_address(invite.body)
        match manner:
            case Refuses(code):
                self._reply(invite, code, "No")
                self.line.end("us", code)
            case Redirects(number):
                host, port = self.phone.exchange
                self._reply(invite, 302, "Moved Temporarily", contact=f"sip:{number}@{host}:{port}")
                self.line.end("us", 302)
            case Rings():
                self._reply(invite, 180, "Ringing")
                self.line.ringing.set()
            case Answers(after):
                self._reply(invite, 180, "Ringing")
                self.line.ringing.set()
                loop = asyncio.get_running_loop()
                self._manner = loop.call_later(after, self._take, manner)

    def _take(self, manner: Answers) -> None:
        if self.invite is None or self.line.ended_by:
            return
        self._reply(self.invite, 200, "OK")
        self.line.connect(None)
        if manner.speech:
            self.line.say(manner.speech)
        if manner.talk:
            self._manner = asyncio.get_running_loop().call_later(manner.talk, self.line.hangup)

    # -- both

    def leave(self) -> None:
        if self.line.is_up:
            self._bye()
        elif self.invite is not None and self.invite["from"] == self.us:
            self._cancelled = True
            if self.line.ringing.is_set() or self.line.log[-1][1] == "< 100 INVITE":
                self._cancel()
        elif self.invite is not None:
            self._reply(self.invite, 603, "Decline")
            self.line.end("us", 603)

    def close(self) -> None:
        for timer in (*self._waiting.values(), self._manner):
            if timer is not None:
                timer.cancel()
        self._waiting.clear()

    def _bye(self) -> None:
        self._send(self._request("BYE", self.target), "BYE")

    def _request(self, method: str, uri: str, body: str = "", extra: tuple[tuple[str, str], ...] = ()) -> Message:
        self._sequence += 1
        headers: Fields = (("Via", self.phone.via(sip.token())), ("From", self.us), ("To", self.them))
        headers += (("Call-ID", self.call_id), ("CSeq", f"{self._sequence} {method}"))
        headers += (("Contact", f"<{self.phone.contact}>"),)
        return sip.request(method, uri, (*headers, *extra), body)

    def _reply(self, to: Message, code: int, reason: str, *, body: bool = True, contact: str = "") -> None:
        answer = sip.sdp(self.phone.ip, self.line.media.port) if body and code == 200 else ""
        tag = self.us.partition(";tag=")[2]
        told = sip.response(
            to, code, reason, tag=tag, contact=contact or (self.phone.contact if code < 300 else ""), body=answer
        )
        self.line.note(f"> {code} {to.method}")
        if code == 200 and to.method == "INVITE":
            self._final = told
            self._repeat(told, "200", 1)
        self.phone.send(told)

    def _send(self, message: Message, key: str) -> None:
        self.line.note(f"> {message.method}")
        self.phone.send(message)
        self._repeat(message, key, 1)

    def _repeat(self, message: Message, key: str, times: int) -> None:
        def again() -> None:
            if times >= TRIES:
                self._waiting.pop(key, None)
                self.line.end("lost", 408)
                return
            self.phone.send(message)
            self._repeat(message, key, times + 1)

        self._done(key)
        self._waiting[key] = asyncio.get_running_loop().call_later(min(RETRY * 2 ** (times - 1), 4), again)

    def _done(self, key: str) -> None:
        timer = self._waiting.pop(key, None)
        if timer is not None:
            timer.cancel()
