"""The switch room: the exchange (private, or somebody else's) and the town around it, as this installation wants."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

from asterisk.instance import ports
from asterisk.instance.plan import Phone, Plan, Trunk
from asterisk.instance.ports import Ports
from asterisk.instance.process import Instance
from asterisk.instance.secrets import Secrets
from asterisk.instance.software import Software
from asterisk.town import town as towns
from calls.call import Utterance
from dialplan.render import FallbackWords, Offer, render
from dialplan.service import Numbers
from ivr.desk import Voice
from server.home import Home
from server.settings import Settings


class Switchroom:
    """`exchange` is always there; `town` is started when somebody wants to make a trial call."""

    def __init__(self, settings: Settings, home: Home, software: Software, numbers: Numbers, voice: Voice) -> None:
        self._settings = settings
        secrets = Secrets(home.exchange)
        outer = _kept(home.exchange / "ports.json", settings.bind, settings)
        inner = _kept(home.town / "ports.json", settings.town_bind, settings, town=True)
        services = numbers.services.values()
        operator = next((service.operator for service in services if service.operator), "")
        operators = (service.operator for service in services if service.operator)
        planned = (extension for _, extension in numbers.extensions)
        extensions = tuple(dict.fromkeys((*operators, *settings.phones, *planned)))
        self.outside = settings.outside or ("PJSIP/{number}@town" if settings.town else "")
        trunks = (Trunk("town", f"{settings.town_bind}:{inner.sip}"),) if settings.town else ()
        plan = Plan(
            settings.bind,
            outer,
            render(
                _words(voice),
                operator=operator,
                extensions=extensions,
                way_out=self.outside,
                offer=Offer(software.broadcast, settings.name),
            ),
            phones=tuple(Phone(extension, secrets.phone(extension)) for extension in extensions),
            trunks=trunks,
            load_from=settings.load_from,
        )
        self.extensions = extensions
        self.password = secrets.phone
        self.exchange = Instance(home.exchange, software, plan)
        played = [(extension, secrets.phone(extension)) for extension in settings.town_phones]
        self._town = towns.Town(
            Instance(home.town, software, towns.plan(settings.town_bind, inner, self.exchange.sip_address, played)),
            home.recordings / "town",
        )
        self._town_starts = asyncio.Lock()
        self._town_up = False

    async def town(self) -> towns.Town:
        """The town, started if it is not."""
        async with self._town_starts:
            if not self._town_up:
                await self._town.start()
                self._town_up = True
        return self._town

    async def close_town(self) -> None:
        if self._town_up:
            self._town_up = False
            await self._town.stop()


def _kept(file: Path, bind: str, settings: Settings, *, town: bool = False) -> Ports:
    """The ports of an exchange: those it had, so that a running one is found again; else new ones.

    The simulated network may have any; the exchange's own are those of the settings.
    """
    wanted = (0, 0, 0) if town else (settings.sip_port, settings.http_port, settings.ami_port)
    try:
        kept = json.loads(file.read_text())
        had = Ports(**{**kept, "voice": tuple(kept["voice"]), "fax": tuple(kept["fax"])})
        fits = all(want in (0, has) for want, has in zip(wanted, (had.sip, had.http, had.ami), strict=True))
        if fits and had.voice[1] - had.voice[0] + 1 == settings.rtp_ports:
            return had
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        pass
    sip, http, ami = wanted
    chosen = ports.free(bind, sip=sip, http=http, ami=ami, voice=settings.rtp_ports, phones=town)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(chosen)))
    return chosen


def _words(voice: Voice) -> FallbackWords:
    """What the dialplan says when it is alone: Mandarin, then English."""

    def both(name: str) -> tuple[str, ...]:
        said: list[Utterance] = [voice.prompt(lang, name) for lang in ("zh", "en")]
        return tuple(utterance.sound for utterance in said)

    return FallbackWords(
        both("fallback_apology"), both("fallback_message"), both("fallback_thanks"), both("fallback_operator")
    )
