"""The websocket itself: text in as it comes, text out, what one look at the line leads to in one segment.

Each write of its own would wake the exchange's thread, and on a busy line each look of our own costs as much as what
is found: so writes are corked until the turn is over, and a busy line is listened to in breaths (`pace`).
"""

import asyncio
import socket
from collections.abc import Callable
from time import monotonic
from urllib.parse import urlencode

from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from asterisk.ari.address import Address
from asterisk.ari.pace import Pace

HANDSHAKE = 5.0  # seconds


class NoWire(ConnectionError):
    """No connection could be made: refused, away, not ready (404, 503) or not allowed (401)."""


async def connect(address: Address, app: str, heard: Callable[[str], None], strained: Callable[[str], None]) -> "Wire":
    """heard: told every text message in the turn it comes; must not raise. strained: told "unread" when the exchange
    does not take what we send. Raises NoWire."""
    url = f"{address.url.replace('http', 'ws', 1)}/events?{urlencode({'app': app})}"
    try:
        _, wire = await ws_connect(
            lambda: Wire(heard, strained),
            url,
            extra_headers=address.headers,
            websocket_handshake_timeout=HANDSHAKE,
            max_redirects=0,
            use_aiofastnet=False,  # its way to pause a reader costs ten calls into the kernel
        )
    except (WSError, OSError, TimeoutError) as fault:
        raise NoWire(f"{fault!r}"[:200]) from fault
    if not isinstance(wire, Wire):
        raise NoWire("closed before it was open")
    return wire


class Wire(WSListener):
    """`closed`: done when the connection is over, by whomever."""

    def __init__(self, heard: Callable[[str], None], strained: Callable[[str], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self.closed: asyncio.Future[None] = self._loop.create_future()
        self.how_closed = ""
        self.heard_at = monotonic()  # when anything last came
        self._heard = heard
        self._strained = strained
        self._transport: WSTransport
        self._socket: socket.socket
        self._pace: Pace
        self._corked = False

    # -- outwards ------------------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Leaves at the end of this turn, in order. After the end of the connection it goes nowhere."""
        if not self._corked:
            self._cork()
        self._transport.send(WSMsgType.TEXT, text.encode())

    def ping(self) -> None:
        self._transport.send_ping()

    def cut(self) -> None:
        """End it at once."""
        self.how_closed = self.how_closed or "cut by us"
        self._transport.disconnect(False)

    def _cork(self) -> None:
        self._corked = True
        self._set_cork(1)
        self._loop.call_soon(self._loop.call_soon, self._uncork)  # flows that this turn wakes speak in the next one

    def _uncork(self) -> None:
        self._corked = False
        self._set_cork(0)

    def _set_cork(self, on: int) -> None:
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, on)
        except OSError:
            pass  # the connection is over

    # -- told by picows ------------------------------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self._socket = transport.underlying_transport.get_extra_info("socket")
        self._pace = Pace(transport.underlying_transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        self.heard_at = monotonic()
        self._pace.heard(self.heard_at)
        if frame.msg_type is WSMsgType.TEXT:
            self._heard(frame.get_payload_as_utf8_text())
        elif frame.msg_type is WSMsgType.CLOSE:
            self.how_closed = f"closed by the exchange with {frame.get_close_code()}"
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.how_closed = self.how_closed or "closed without a word"
        if not self.closed.done():
            self.closed.set_result(None)

    def pause_writing(self) -> None:
        self._strained("unread")
