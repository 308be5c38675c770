"""The exchanges on which the contract is acted out: the fake one, and a real Asterisk with a SIP phone in Python."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp

from asterisk.ari.address import Address
from asterisk.instance import ports
from asterisk.instance.plan import Phone as Extension
from asterisk.instance.plan import Plan
from asterisk.instance.process import Instance
from asterisk.instance.secrets import Secrets
from asterisk.instance.software import find
from calls.call import Answered, Busy, Call, Congested, Dialled, GaveUp, NoAnswer, Rejected, Unallocated
from dialplan.render import Offer, render
from tests.asterisk.rig import tones
from tests.contract.stage import Person
from tests.fake import caller as people
from tests.fake.exchange import Exchange, fake_exchange
from tests.sip import uac
from tests.sip.ear import listen

# outcome → the extension that behaves so, what it does on the fake exchange, what a SIP phone does
FARS: dict[type[Dialled], tuple[str, people.Manner | None, uac.Manner | None]] = {
    Answered: ("8001", people.Answers(0.1, talk=0.3), uac.Answers(0.1, talk=0.6)),
    Busy: ("8002", people.Refuses(17, 486), uac.Refuses(486)),
    NoAnswer: ("8003", people.Rings(), uac.Rings()),
    Congested: ("8004", people.Refuses(34, 503), uac.Refuses(503)),
    Rejected: ("8005", people.Refuses(21, 403), uac.Refuses(403)),
    GaveUp: ("8003", people.Rings(), uac.Rings()),
    Unallocated: ("8999", None, None),
}
DID = "02038880000"
HOUSE, CALLERS, PHONES = "127.0.43.1", "127.0.43.3", "127.0.43.4"


class Fake:
    """The fake exchange."""

    name, pace, endpoint = "fake", 0.15, "PJSIP/{number}"

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.address = Address(exchange.url, exchange.user, exchange.password)
        self.spool = exchange.spool
        for extension, manner, _ in FARS.values():
            if manner is not None:
                exchange.phones[extension] = manner

    async def caller(self) -> "Caller":
        return Caller(self.exchange.call("13800000001", DID, name="小明"))

    def heard(self, person: Person, prompts: Sequence[Path]) -> tuple[list[str], list[bool]]:
        assert isinstance(person, Caller)
        sounds = [sound for sound in person.who.heard if "/" in sound.media]
        return [Path(sound.media).name for sound in sounds], [sound.whole for sound in sounds]

    def number(self, far: Dialled) -> str:
        return FARS[type(far)][0]

    async def state(self, call: Call) -> str:
        return self.exchange.channels[call.party.channel].variables["SHARED(CCSTATE)"]


class Caller:
    def __init__(self, who: people.Caller) -> None:
        self.who = who

    def press(self, key: str) -> None:
        self.who.press(key)

    def hangup(self) -> None:
        self.who.hangup()

    async def over(self, deadline: float) -> object:
        return await self.who.over(deadline)


class Real:
    """A private Asterisk; callers and extensions are SIP phones in Python."""

    name, pace, endpoint = "real", 0.5, "PJSIP/{number}"

    def __init__(self, exchange: Instance, callers: uac.Phone) -> None:
        self.exchange, self.callers = exchange, callers
        self.address = Address(exchange.ari_url, *exchange.ari_auth)
        self.spool = exchange.spool

    async def caller(self) -> "Telephone":
        line = await self.callers.call(DID, caller="13800000001", name="小明")
        await line.answered()
        return Telephone(line)

    def heard(self, person: Person, prompts: Sequence[Path]) -> tuple[list[str], list[bool]]:
        assert isinstance(person, Telephone)
        heard = listen(person.line.media.heard.audio(), prompts)
        return [one.prompt.stem for one in heard], [one.whole for one in heard]

    def number(self, far: Dialled) -> str:
        return FARS[type(far)][0]

    async def state(self, call: Call) -> str:
        url = f"{self.address.url}/channels/{call.party.channel}/variable"
        async with (
            aiohttp.ClientSession(headers=self.address.headers) as session,
            session.get(url, params={"variable": "SHARED(CCSTATE)"}) as answer,
        ):
            return str((await answer.json())["value"])


class Telephone:
    def __init__(self, line: uac.Line) -> None:
        self.line = line

    def press(self, key: str) -> None:
        self.line.press(key, length=0.1, gap=0.1)

    def hangup(self) -> None:
        self.line.hangup()

    async def over(self, deadline: float) -> object:
        return await self.line.over(deadline)


def always(manner: uac.Manner) -> Callable[[uac.Line], uac.Manner]:
    return lambda line: manner


@asynccontextmanager
async def fake_ground(home: Path) -> AsyncIterator[Fake]:
    async with fake_exchange() as exchange:
        yield Fake(exchange)


@asynccontextmanager
async def real_ground(home: Path) -> AsyncIterator[Real]:
    """Asterisk with the product's own dialplan; extensions 8001… are registered by one SIP phone."""
    runs = find()
    extensions = sorted({extension for extension, manner, _ in FARS.values() if manner is not None})
    secrets = Secrets(home / "exchange")
    text = render(
        tones(home / "words"),
        operator=extensions[0],
        extensions=extensions,
        offer=Offer(broadcast=runs.broadcast),
    )
    phones = tuple(Extension(extension, secrets.phone(extension)) for extension in extensions)
    plan = Plan(HOUSE, ports.free(HOUSE), text, phones=phones, load_from=CALLERS)
    exchange = Instance(home / "exchange", runs, plan)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(exchange.stop)
        await exchange.start()
        host, port = exchange.sip_address.split(":")
        callers = await stack.enter_async_context(uac.phone_at(CALLERS, exchange=(host, int(port))))
        for extension, _, manner in FARS.values():
            if manner is not None and extension in extensions:
                extensions.remove(extension)
                desk = await stack.enter_async_context(uac.phone_at(PHONES, exchange=(host, int(port))))
                desk.manner = always(manner)
                assert await desk.register(extension, secrets.phone(extension)) == 200
        yield Real(exchange, callers)
