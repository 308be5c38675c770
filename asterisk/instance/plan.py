"""What an exchange's configuration is made from."""

from dataclasses import dataclass
from typing import Literal

from asterisk.instance.ports import Ports


@dataclass(frozen=True, slots=True)
class Phone:
    """A SIP phone that registers at the exchange. The extension is its user name and how others dial it."""

    extension: str
    password: str
    name: str = ""
    contacts: int = 2  # how many devices may be this phone at once


@dataclass(frozen=True, slots=True)
class Trunk:
    """A way to the public network, for calls in (into `context`) and out (`PJSIP/<number>@<name>`).

    peer      "address:port" of the other side (pjsip), or the channels of the card, e.g. "1-4" (dahdi)
    match     from where calls of this trunk come: "address", "address:port" or a network; "" = from the peer
    codecs    what is spoken, in order of preference
    """

    name: str
    peer: str
    match: str = ""
    kind: Literal["pjsip", "dahdi"] = "pjsip"
    context: str = "incoming"
    codecs: tuple[str, ...] = ("ulaw", "alaw")
    signalling: str = "fxs_ks"  # dahdi only: an analog line from the public network

    @property
    def source(self) -> str:
        return self.match or self.peer


@dataclass(frozen=True, slots=True)
class Registration:
    """A phone that this instance plays, registered at another exchange ("address:port")."""

    extension: str
    password: str
    exchange: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One exchange, on one address of this machine.

    dialplan          the text of extensions.conf
    variables         channel variables that ARI shows with every channel
    entity            the exchange's identity in MAC form; "": made from its home directory
    load_from         address of a load generator whose calls enter `incoming` without a trunk; "": none
    transmit_silence  send silence where there is nothing to send (the town does, as real telephones do)
    records           keep the exchange's own call records too, in log/master.db (SQLite, a commit for each call)
    """

    bind: str
    ports: Ports
    dialplan: str
    phones: tuple[Phone, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    registrations: tuple[Registration, ...] = ()
    variables: tuple[str, ...] = ()
    entity: str = ""
    load_from: str = ""
    transmit_silence: bool = False
    records: bool = False
