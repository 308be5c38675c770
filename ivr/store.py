"""The flows in force. A changed file is checked and live within a second; a call keeps the version it began with.

A file with a mistake changes nothing: its problems are logged and raised as an alarm, and what was in force stays so.
"""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

from calls.bus import Bus
from calls.clock import Clock
from calls.facts import Alarm
from db.work import Database, Unreachable
from ivr import files, queries
from ivr.check import Catalogue
from ivr.files import Draft, Stamp
from ivr.flow import Flow, load

log = logging.getLogger(__name__)

LOOK = 0.2  # seconds between two looks at the files; a file counts when it has stood still between two of them


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
        self._unwritten: dict[tuple[str, str], Draft] = {}
        self._wrong: set[str] = set()  # files with an alarm
        self._tasks: list[asyncio.Task[None]] = []
        self._published = asyncio.Event()

    async def start(self) -> None:
        """Take in all files, then watch them. For a file with a mistake, what was in force last time counts, and
        where there is no such thing the shipped flow."""
        self._stamps = self._seen = files.stamps(self._directory)
        for name in self._stamps:
            self._take(self._draft(name))
            if name not in self._current:
                await self._fall_back(name)
        self._tasks = [asyncio.create_task(self._watch()), asyncio.create_task(self._write())]

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
            self._take(self._draft(name))

    def _draft(self, name: str) -> Draft:
        return files.read(Path(self._stamps[name][0]), self._catalogue)

    def _take(self, draft: Draft) -> None:
        if draft.flow is None:
            self._complain(draft)
            return
        self._praise(draft)
        before = self._current.get(draft.name)
        if before is not None and before.version == draft.flow.version:
            return
        self._put(draft.flow)
        self._unwritten[draft.name, draft.flow.version] = draft
        self._published.set()
        log.info("flow %s is in force in version %s", draft.name, draft.flow.version)

    def _put(self, flow: Flow) -> None:
        self._current[flow.name] = self._kept[flow.name, flow.version] = flow

    async def _fall_back(self, name: str) -> None:
        """At the start, and the file has a mistake."""
        try:
            document = await self._db.read(queries.latest, name)
            if document is not None:
                self._put(load(document))
                return
        except (Unreachable, ValueError, KeyError) as fault:
            log.error("the last version of flow %s cannot be had: %s", name, fault)
        shipped = files.SHIPPED / f"{name}.json"
        if shipped.exists() and (flow := files.read(shipped, self._catalogue).flow) is not None:
            self._put(flow)

    def _complain(self, draft: Draft) -> None:
        self._wrong.add(draft.name)
        told = draft.told()
        for line in told:
            log.error("flow not published: %s", line)
        more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        self._alarm(draft, f"{draft.file.name} is not published, the version before it stays in force: {told[0]}{more}")

    def _praise(self, draft: Draft) -> None:
        if draft.name in self._wrong:
            self._wrong.discard(draft.name)
            self._alarm(draft, f"{draft.file.name} may be published again", cleared=True)

    def _alarm(self, draft: Draft, text: str, *, cleared: bool = False) -> None:
        self._bus.publish(Alarm(key=f"flow file {draft.name}", text=text, at=self._clock.now(), cleared=cleared))

    # -- tasks -----------------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            try:
                self.look()
            except Exception:
                log.exception("the flow files could not be looked at")

    async def _write(self) -> None:
        """Have the database remember what was in force: for calls that are taken up after a restart."""
        while True:
            await self._published.wait()
            self._published.clear()
            for (name, version), draft in list(self._unwritten.items()):
                assert draft.document is not None
                by = "shipped" if draft.file.parent == files.SHIPPED else "administrator"
                try:
                    await self._db.write(queries.publish, name, version, draft.document, by, self._clock.now())
                except Unreachable as fault:
                    log.error("flow %s, version %s, is in force but not in the database yet: %s", name, version, fault)
                    self._published.set()
                    await asyncio.sleep(LOOK)
                    break
                except Exception:  # a fault of ours: this version is in force, but not to be had after a restart
                    log.exception("flow %s, version %s, cannot be written to the database", name, version)
                self._unwritten.pop((name, version), None)
