"""A telephone for tests: it calls and is called, hears, presses keys, registers. Many calls at once in one process.

    async with phone_at("127.0.41.3", exchange=("127.0.41.1", 5060)) as phone:
        line = await phone.call("02038880000", caller="13800000001", name="小明")
        await line.answered()
        line.press("1")
        await line.over()

One pump serves all calls every 20 ms; received packets carry the kernel's time, so the log is true even when the
process is late. It follows RFC 3261 over UDP as far as a test needs: no forks, no PRACK, no T.38 (answered 488).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

from tests.sip import message as sip
from tests.sip.dialog import RETRY, Dialog, Fields
from tests.sip.line import Answers, Line, Manner, Refused, Refuses, Rings
from tests.sip.media import TICK, Stream
from tests.sip.message import Message

__all__ = ["Answers", "Line", "Manner", "Phone", "Refused", "Refuses", "Rings", "phone_at"]


class Phone(asyncio.DatagramProtocol):
    """One SIP address with any number of calls on it; make it with `phone_at`.

    manner    how calls that come in are treated; `incoming` gets every such line
    notified  what the exchange has told outside any call (NOTIFY), e.g. that messages wait
    """

    def __init__(self, ip: str, exchange: tuple[str, int]) -> None:
        self.ip, self.exchange = ip, exchange
        self.port = 0
        self.manner: Callable[[Line], Manner] = lambda line: Answers()
        self.incoming: asyncio.Queue[Line] = asyncio.Queue()
        self.notified: asyncio.Queue[Message] = asyncio.Queue()
        self.lines: list[Line] = []
        self._dialogs: dict[str, Dialog] = {}
        self._asking: dict[str, asyncio.Future[Message]] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def call(
        self,
        number: str,
        *,
        caller: str = "13800000001",
        name: str | bytes = "",
        anonymous: bool = False,
        send: bool = True,
        keep: bool = True,
        password: str = "",
    ) -> Line:
        """Call `number`; returns at once, the INVITE being on its way.

        name       display name: text, or the very bytes to put between the quotes
        anonymous  withhold the number (RFC 3323)
        send       send quiet while nothing is said (False: send packets for keys and speech only)
        keep       keep the audio that arrives (False: only its times)
        password   of `caller`, if that is an extension of the exchange's
        """
        media = Stream(self.ip, keep=keep, send=send)
        line = Line(self, media, caller=caller, callee=number)
        me = "sip:anonymous@anonymous.invalid" if anonymous else f"sip:{caller}@{self.ip}:{self.port}"
        shown = sip.display("Anonymous" if anonymous else name)
        target = f"sip:{number}@{self.exchange[0]}:{self.exchange[1]}"
        call_id = f"{sip.token()}@{self.ip}"
        us = f"{shown}<{me}>;tag={sip.token()}"
        line.dialog = Dialog(line, call_id=call_id, us=us, them=f"<{target}>", target=target)
        line.dialog.secret = password
        self._dialogs[call_id] = line.dialog
        self.lines.append(line)
        line.dialog.call((("Privacy", "id"),) if anonymous else ())
        return line

    async def register(self, username: str, password: str, *, seconds: int = 3600, deadline: float = 5.0) -> int:
        """Register as `username` (0 seconds: unregister); the final status, 200 when it worked."""
        target = f"sip:{self.exchange[0]}:{self.exchange[1]}"
        me = f"<sip:{username}@{self.exchange[0]}>"
        call_id, tag = f"{sip.token()}@{self.ip}", sip.token()
        self._contact_user = username
        proof: tuple[tuple[str, str], ...] = ()
        answer: Message | None = None
        for number in (1, 2):
            headers: Fields = (
                ("Via", self.via(sip.token())),
                ("From", f"{me};tag={tag}"),
                ("To", me),
                ("Call-ID", call_id),
            )
            headers += (("CSeq", f"{number} REGISTER"), ("Contact", f"<{self.contact}>"), ("Expires", str(seconds)))
            answer = await self._ask(sip.request("REGISTER", target, (*headers, *proof)), call_id, deadline)
            if answer.status not in (401, 407):
                break
            name = "WWW-Authenticate" if answer.status == 401 else "Proxy-Authenticate"
            header = "Authorization" if answer.status == 401 else "Proxy-Authorization"
            proof = ((header, sip.digest(answer[name.lower()], "REGISTER", target, username, password)),)
        assert answer is not None
        return answer.status

    async def _ask(self, message: Message, call_id: str, deadline: float) -> Message:
        """Send a request outside any call until it is answered finally."""
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._asking[call_id] = answer
        try:
            async with asyncio.timeout(deadline):
                while True:
                    self.send(message)
                    done, _ = await asyncio.wait([answer], timeout=RETRY)
                    if done:
                        return answer.result()
        finally:
            del self._asking[call_id]

    @property
    def contact(self) -> str:
        return f"sip:{self._contact_user}@{self.ip}:{self.port}"

    _contact_user = "phone"

    def via(self, branch: str) -> str:
        return f"SIP/2.0/UDP {self.ip}:{self.port};rport;branch=z9hG4bK{branch}"

    def send(self, message: Message) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(message.encode(), self.exchange)

    def gone(self, line: Line) -> None:
        """A call is over; its dialog stays to answer repeats."""
        if line in self.lines:
            self.lines.remove(line)
        if line.dialog is not None:
            line.dialog.close()

    # -- asyncio.DatagramProtocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        message = sip.parse(data)
        if message is None:
            return
        call_id = message["call-id"]
        if call_id in self._dialogs:
            self._dialogs[call_id].hear(message)
        elif call_id in self._asking:
            answer = self._asking[call_id]
            if message.status >= 200 and not answer.done():
                answer.set_result(message)
        elif message.method == "INVITE" and not message.status:
            self._ring(message)
        elif not message.status and message.method != "ACK":
            if message.method == "NOTIFY":
                self.notified.put_nowait(message)
            code, reason = (200, "OK") if message.method in ("OPTIONS", "NOTIFY") else (481, "Unknown Call")
            self.send(sip.response(message, code, reason, tag=sip.token()))

    def _ring(self, invite: Message) -> None:
        shown = invite["from"].partition("<")[0].strip().removeprefix('"').removesuffix('"')
        caller, callee = sip.user(sip.address(invite["from"])), sip.user(invite.uri)
        line = Line(self, Stream(self.ip), caller=caller, callee=callee, name=shown)
        us = f"{invite['to']};tag={sip.token()}"
        target = sip.address(invite["contact"])
        line.dialog = Dialog(line, call_id=invite["call-id"], us=us, them=invite["from"], target=target)
        self._dialogs[invite["call-id"]] = line.dialog
        self.lines.append(line)
        self.incoming.put_nowait(line)
        line.note("< INVITE")
        line.dialog.be_called(invite, self.manner(line))

    async def pump(self) -> None:
        """Every 20 ms: take what has arrived on every call, send what is due.

        What could not be sent in time is not sent in a hurry afterwards: an exchange takes two keys that come too
        close together (less than 45 ms) for three.
        """
        due = time.perf_counter()
        while True:
            due += TICK
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            missed = int((time.perf_counter() - due) / TICK)
            due += missed * TICK
            for line in self.lines:
                line.media.drain()
                if line.is_up:
                    line.media.tick(missed)

    def close(self) -> None:
        for line in list(self.lines):
            line.end("us")
        for dialog in self._dialogs.values():
            dialog.close()
        if self._transport is not None:
            self._transport.close()


@asynccontextmanager
async def phone_at(ip: str, *, exchange: tuple[str, int], port: int = 0) -> AsyncIterator[Phone]:
    """A phone on `ip` (a loopback address), speaking to the exchange's SIP address. Hangs up what is left."""
    loop = asyncio.get_running_loop()
    _, phone = await loop.create_datagram_endpoint(lambda: Phone(ip, exchange), local_addr=(ip, port))
    pump = asyncio.create_task(phone.pump())
    try:
        yield phone
    finally:
        for line in list(phone.lines):
            line.hangup()
        pump.cancel()
        await asyncio.gather(pump, return_exceptions=True)
        phone.close()
