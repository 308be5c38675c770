"""An exchange that somebody else starts, watches and configures: we only know where it is (LOUPAN_EXCHANGE).

Its dialplan offers calls as `dialplan/render.py` does; e.g. it is another installation's private exchange, whose
callers two controllers then share.
"""

import asyncio
import logging
from pathlib import Path

from asterisk.ari import verbs
from asterisk.ari.address import Address
from asterisk.ari.rest import NoAnswer, Rest
from asterisk.town.town import Town
from server.control import Refused
from server.home import Home
from server.settings import Settings, UnusableSettings

log = logging.getLogger(__name__)

AGAIN = 0.5  # seconds between tries while it is away


class RemoteExchange:
    """What the centre asks of its exchange, as `asterisk.instance.process.Instance` has it.

    spool  its spool directory as this machine sees it: recordings and the fallback's messages come from there
    """

    boot_s = 0.0
    pid = 0

    def __init__(self, address: Address, ami: str, ami_auth: tuple[str, str], spool: Path) -> None:
        self.ari_url = address.url
        self.ari_auth = (address.user, address.password)
        self.spool = spool
        self.version = ""
        host, _, port = ami.rpartition(":")
        self.ami_address = (host, int(port or 0))
        self.ami_auth = ami_auth
        self._address = address

    @property
    def sip_address(self) -> str:
        """Known to its owner alone; here it is named by its ARI."""
        return self.ari_url

    async def start(self) -> float:
        """Wait until it answers; nothing is started. Returns 0, the seconds that starting took.

        Raises UnusableSettings if its spool is not to be seen from here.
        """
        if not await asyncio.to_thread(self.spool.is_dir):
            raise UnusableSettings(f"LOUPAN_EXCHANGE_SPOOL: there is no directory {self.spool} on this machine")
        rest = Rest(self._address)
        try:
            while not self.version:
                try:
                    answer = await rest.ask(verbs.info())
                    if answer.ok:
                        self.version = str(answer.json()["system"]["version"])
                    else:
                        log.warning("the exchange at %s answers with status %d", self.ari_url, answer.status)
                except NoAnswer as silent:
                    log.warning("the exchange at %s does not answer: %s", self.ari_url, silent)
                if not self.version:
                    await asyncio.sleep(AGAIN)
        finally:
            await rest.close()
        return 0.0

    async def watch(self) -> None:
        """Its owner watches it."""

    async def stop(self) -> None:
        """Its owner stops it."""


class RemoteSwitchroom:
    """A switch room (`server.switchroom.Switchroom`) in another house: its exchange is ours to use, not to run."""

    def __init__(self, settings: Settings, home: Home) -> None:
        self.outside = settings.outside
        self.exchange = RemoteExchange(
            Address(
                settings.exchange.rstrip("/"),
                settings.exchange_user,
                settings.exchange_password.get_secret_value(),
            ),
            settings.ami,
            (settings.ami_user, settings.ami_password.get_secret_value()),
            settings.exchange_spool or home.exchange / "spool",
        )

    def password(self, extension: str) -> str:
        raise Refused("the phones are those of a remote exchange: its owner has their passwords")

    async def town(self) -> Town:
        raise Refused("trial calls need the town, and that is where the remote exchange is: call from there")

    async def close_town(self) -> None:
        """There is none."""
