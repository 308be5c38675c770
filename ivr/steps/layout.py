"""Tell of the layout chosen: its area, where it faces, how many are for sale now, and at what prices (node Q3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.enquiry import Layout
from ivr.leaf import QUIET, STAYS, Leaf
from ivr.step import Exit, Prompt, Step, kind, plain
from ivr.steps.layouts import NONE
from ivr.steps.room import Told
from ivr.visit import Visit

OTHER = "other"
SAY, SAY_ONE, SAY_SOLD = "layout_say", "layout_say_one", "layout_say_sold"


@kind("layout", zh="报户型信息")
@dataclass(frozen=True, slots=True)
class SayLayout(Step):
    """help  what a silent caller hears

    Keys: 2 another layout, 9 again, 0 agent, * back.
    """

    help: Prompt

    def _leaf(self) -> Leaf:
        return Leaf(self.help, more={"2": OTHER}, phrases=("layout_other",))

    def exits(self) -> Collection[Exit]:
        return self._leaf().exits()

    def keys(self) -> Mapping[str, Exit]:
        return self._leaf().keys()

    def stays(self) -> Mapping[str, str]:
        return STAYS

    def quiet(self) -> Collection[Exit]:
        return QUIET

    def prompts(self) -> Mapping[str, Collection[str]]:
        always = ("layout", "area", "dir")
        return {
            SAY: (*always, "n", "price", "amount"),
            SAY_ONE: (*always, "n", "price"),
            SAY_SOLD: always,
            **plain(NONE),
            **self._leaf().prompts(),
        }

    async def run(self, visit: Visit) -> Exit:
        layouts = await visit.desk.rooms.layouts(visit.project)
        layout = next((one for one in layouts if one.code == visit.place.entry), None)
        if layout is None:  # no room has it any more
            return await self._leaf().tell(visit, [visit.prompt(NONE)])
        name, values = told(layout)
        return await self._leaf().tell(visit, [visit.sentence(name, **values)])


def told(layout: Layout) -> Told:
    """What is said of a layout, for the caller and for whoever renders it ahead: prices only of what is for sale."""
    values: dict[str, object] = {"layout": layout.name, "area": layout.built_x100, "dir": layout.orientations}
    if not layout.for_sale:
        return SAY_SOLD, values
    values |= {"n": layout.for_sale, "price": layout.least_fen}
    if layout.least_fen == layout.most_fen:
        return SAY_ONE, values
    return SAY, values | {"amount": layout.most_fen}
