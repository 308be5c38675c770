"""The flows in force. A changed file, and what is published by command, is live within a second; a call keeps the
version it began with.

Whatever way it comes, a document with a mistake changes nothing: its problems are logged and raised as an alarm, and
what was in force stays so.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from calls.bus import Bus
from calls.clock import Clock
from calls.facts import Alarm
from db.work import Database, Unreachable
from ivr import files, queries
from ivr.check import Catalogue, Problem, check
from ivr.files import Draft, Stamp
from ivr.flow import Document, Flow, load
from ivr.flow import version as version_of
from ivr.publication import Door, InForce, Publication, counts

log = logging.getLogger(__name__)

LOOK = 0.2  # seconds between two looks at the files; a file counts when it has stood still between two of them
FOLLOW = 0.3  # seconds between two looks at what others have published


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database knew at the start."""

    in_force: Mapping[str, InForce]
    versions: Collection[tuple[str, str]]


class Store:
    """`Store(directory, db, catalogue, bus, clock)`; directory: the administrator's flow files (may not exist).

    `await start()` before use, `await close()` at the end. `current` answers at once.
    """

    def __init__(self, directory: Path, db: Database, catalogue: Catalogue, bus: Bus, clock: Clock) -> None:
        self._directory, self._db, self._catalogue = directory, db, catalogue
        self._bus, self._clock = bus, clock
        self._current: dict[str, Flow] = {}
        self._kept: dict[tuple[str, str], Flow] = {}  # every version seen, for calls that began with it
        self._stamps: Mapping[str, Stamp] = {}
        self._seen: Mapping[str, Stamp] = {}
        self._turns: dict[str, int] = {}  # of the publications that have been followed
        self._unwritten: dict[tuple[str, str], tuple[Document, Publication]] = {}
        self._wrong: set[str] = set()  # what there is an alarm about
        self._tasks: list[asyncio.Task[None]] = []
        self._published = asyncio.Event()

    async def start(self) -> None:
        """Take in what is to be in force, then watch files and database. For a document with a mistake, what was in
        force last time counts, and where there is no such thing the shipped flow."""
        known = await self._known()
        self._stamps = self._seen = files.stamps(self._directory)
        for name in {*self._stamps, *known.in_force}:
            draft = self._draft(name) if name in self._stamps else None
            last = known.in_force.get(name)
            if draft is not None and draft.flow is None:
                self._complain(draft.name, draft.file.name, draft.problems)
            elif draft is not None and draft.flow is not None:
                mark = draft.flow.version
                own, old = str(self._own(name)), (name, mark) in known.versions
                if counts(mark, str(draft.file), last, own=own, known=old):
                    self._take(draft)
            if name not in self._current and last is not None:
                try:
                    await self._follow(last)
                except Unreachable as away:
                    log.error("the last version of flow %s cannot be had: %s", name, away)
            if name not in self._current:
                self._fall_back(name)
        self._tasks = [asyncio.create_task(work()) for work in (self._watch, self._keep_up, self._write)]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def names(self) -> list[str]:
        return sorted(self._current)

    def current(self, name: str) -> Flow | None:
        """The flow in force under `name`."""
        return self._current.get(name)

    async def version(self, name: str, version: str) -> Flow | None:
        """A version a call began with, from whenever; None if nobody knows it or the database is away."""
        if (kept := self._kept.get((name, version))) is not None:
            return kept
        try:
            document = await self._db.read(queries.document, name, version)
            if document is None:
                return None
            flow = load(document)
        except (Unreachable, ValueError, KeyError) as fault:
            log.error("version %s of flow %s cannot be had: %s", version, name, fault)
            return None
        self._kept[name, version] = flow
        return flow

    # -- files -----------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Take in what has changed and stood still since the last look."""
        found = files.stamps(self._directory)
        changed = [name for name, stamp in found.items() if stamp != self._stamps.get(name)]
        settled = [name for name in changed if found[name] == self._seen.get(name)]
        self._seen = found
        if settled:
            self._stamps = {**self._stamps, **{name: found[name] for name in settled}}
        for name in settled:
            draft = self._draft(name)
            if draft.flow is None:
                self._complain(name, draft.file.name, draft.problems)
            else:
                self._take(draft)

    def _own(self, name: str) -> Path:
        return self._directory / f"{name}.json"

    def _draft(self, name: str) -> Draft:
        return files.read(Path(self._stamps[name][0]), self._catalogue)

    def _take(self, draft: Draft) -> None:
        """What stands in a file without a mistake is in force from now on."""
        assert draft.flow is not None
        assert draft.document is not None
        self._praise(draft.name, draft.file.name)
        before = self._current.get(draft.name)
        if before is not None and before.version == draft.flow.version:
            return
        self._put(draft.flow)
        shipped = draft.file.parent == files.SHIPPED
        door, by = (Door.SHIPPED, "shipped") if shipped else (Door.FILE, "administrator")
        how = Publication(door, by, self._clock.now(), str(draft.file))
        self._unwritten[draft.name, draft.flow.version] = draft.document, how
        self._published.set()

    def _put(self, flow: Flow) -> None:
        self._current[flow.name] = self._kept[flow.name, flow.version] = flow
        log.info("flow %s is in force in version %s", flow.name, flow.version)

    def _fall_back(self, name: str) -> None:
        shipped = files.SHIPPED / f"{name}.json"
        if shipped.exists() and (flow := files.read(shipped, self._catalogue).flow) is not None:
            self._put(flow)

    # -- the database ----------------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Take in what was published since the last time, by whatever door of whatever controller."""
        for last in (await self._db.read(queries.in_force)).values():
            if last.turn > self._turns.get(last.name, 0) and not self._waits(last.name):
                await self._follow(last)

    def _waits(self, name: str) -> bool:
        """Is there something newer of ours that the database does not know yet?"""
        return any(waiting == name for waiting, _ in self._unwritten)

    async def _follow(self, last: InForce) -> None:
        what = f"flow {last.name}, version {last.version}"
        document = await self._db.read(queries.document, last.name, last.version)
        self._turns[last.name] = last.turn
        before = self._current.get(last.name)
        if document is None or (before is not None and before.version == last.version):
            return
        problems = check(document, self._catalogue)
        if version_of(document) != last.version:
            en = "its document is not the one that was published under this version; publish it anew"
            problems.append(Problem("", "", en, "内容与发布时的版本不一致，请重新发布"))
        if problems:
            self._complain(last.name, what, problems)
        else:
            self._praise(last.name, what)
            self._put(load(document))

    async def _known(self) -> _Known:
        try:
            return _Known(await self._db.read(queries.in_force), await self._db.read(queries.marks))
        except Unreachable as away:
            log.error("which flows were published last is not known, the files count: %s", away)
            return _Known({}, ())

    # -- alarms ----------------------------------------------------------------------------------------------------

    def _complain(self, name: str, what: str, problems: Collection[Problem]) -> None:
        self._wrong.add(name)
        told = [f"{what}: {problem}" for problem in problems]
        for line in told:
            log.error("flow not published: %s", line)
        more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        self._alarm(name, f"{what} is not published, the version before it stays in force: {told[0]}{more}")

    def _praise(self, name: str, what: str) -> None:
        if name in self._wrong:
            self._wrong.discard(name)
            self._alarm(name, f"{what} may be published again", cleared=True)

    def _alarm(self, name: str, text: str, *, cleared: bool = False) -> None:
        self._bus.publish(Alarm(key=f"flow file {name}", text=text, at=self._clock.now(), cleared=cleared))

    # -- tasks -----------------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            try:
                self.look()
            except Exception:
                log.exception("the flow files could not be looked at")

    async def _keep_up(self) -> None:
        while True:
            await asyncio.sleep(FOLLOW)
            try:
                await self.follow()
            except Unreachable as away:
                log.debug("what others publish is not seen: %s", away)
            except Exception:
                log.exception("what others have published could not be taken in")

    async def _write(self) -> None:
        """Have the database remember what was in force: for calls that are taken up after a restart."""
        while True:
            await self._published.wait()
            self._published.clear()
            for (name, version), (document, how) in list(self._unwritten.items()):
                try:
                    await self._db.write(queries.publish, document, how)
                except Unreachable as fault:
                    log.error("flow %s, version %s, is in force but not in the database yet: %s", name, version, fault)
                    self._published.set()
                    await asyncio.sleep(LOOK)
                    break
                except Exception:  # a fault of ours: this version is in force, but not to be had after a restart
                    log.exception("flow %s, version %s, cannot be written to the database", name, version)
                self._unwritten.pop((name, version), None)
