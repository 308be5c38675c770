"""The ports of an exchange: chosen free, and proved free before it is started."""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

VOICE_FROM, VOICE_TO = 20_000, 32_000  # below what the kernel hands out to everybody


class PortTaken(Exception):
    """Another program has a port that the exchange needs; the text says which, for what, and what to do."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All on the exchange's own address.

    sip     UDP and TCP: trunks, and phones that register here
    http    TCP: ARI
    ami     TCP
    voice   first and last UDP port for RTP: two a call, so (last-first)/2 is the most calls at once
    fax     first and last UDP port for T.38
    phones  UDP: where the town's own phones register from; 0 where there are none
    """

    sip: int
    http: int
    ami: int
    voice: tuple[int, int]
    fax: tuple[int, int]
    phones: int = 0


def free(address: str, *, sip: int = 0, http: int = 0, ami: int = 0, voice: int = 2000, phones: bool = False) -> Ports:
    """Ports for an exchange on `address`. A number given is taken as it is, 0 means any free one.

    `voice` is how many ports for RTP. Free means: at this moment; `check` looks again just before the start.
    """
    with ExitStack() as held:
        sip = sip or _any(held, address, socket.SOCK_DGRAM, socket.SOCK_STREAM)
        http = http or _any(held, address, socket.SOCK_STREAM)
        ami = ami or _any(held, address, socket.SOCK_STREAM)
        ours = _any(held, address, socket.SOCK_DGRAM) if phones else 0
    # Asterisk itself passes over a single voice port that is taken, so exchanges side by side may overlap here.
    first = random.randrange(VOICE_FROM, VOICE_TO - voice - 400, 2) if voice < VOICE_TO - VOICE_FROM - 400 else 10_000
    last = first + voice - 1
    return Ports(sip, http, ami, (first, last), (last + 1, last + 400), ours)


def check(address: str, ports: Ports) -> None:
    """Raises PortTaken, in the user's words, for the first port that somebody else has."""
    for port, kind, purpose, setting in _needed(ports):
        with socket.socket(_family(address), kind) as trial:
            if kind is socket.SOCK_STREAM:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what Asterisk does, too
            try:
                trial.bind((address, port))
            except OSError as error:
                raise PortTaken(
                    f"Port {port} on {address}, needed for {purpose}, cannot be had: {error.strerror}.\n"
                    f"Stop the program that has it, or choose another: {setting}=… (0 takes any free one)."
                ) from None


def _needed(ports: Ports) -> Iterator[tuple[int, socket.SocketKind, str, str]]:
    yield ports.sip, socket.SOCK_DGRAM, "telephone calls (SIP)", "LOUPAN_SIP_PORT"
    yield ports.sip, socket.SOCK_STREAM, "telephone calls (SIP over TCP)", "LOUPAN_SIP_PORT"
    yield ports.http, socket.SOCK_STREAM, "the control of calls (ARI)", "LOUPAN_HTTP_PORT"
    yield ports.ami, socket.SOCK_STREAM, "the control of the exchange (AMI)", "LOUPAN_AMI_PORT"
    if ports.phones:
        yield ports.phones, socket.SOCK_DGRAM, "the simulated phones", "LOUPAN_SIP_PORT"


def _any(held: ExitStack, address: str, *kinds: socket.SocketKind) -> int:
    """A port that is free for all `kinds`; it stays bound until `held` ends, so that none is chosen twice."""
    for _ in range(100):
        first = held.enter_context(socket.socket(_family(address), kinds[0]))
        first.bind((address, 0))
        port: int = first.getsockname()[1]
        try:
            for kind in kinds[1:]:
                held.enter_context(socket.socket(_family(address), kind)).bind((address, port))
        except OSError:
            continue
        return port
    raise PortTaken(f"No free port was found on {address}.")


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
