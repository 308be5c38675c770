"""Who works here: twelve sellers in three groups, whose heads are managers, and those behind them."""

import random
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from admin.actor import Actor
from sales.models import CommissionScheme, SalesGroup, Salesperson
from sales.sample.house import SEATS
from sales.sample.names import SELLERS
from sales.sample.stage import Stage, own

GROUPS = (("G1", "销售一组 Sales group one"), ("G2", "销售二组 Sales group two"), ("G3", "销售三组 Sales group three"))


@dataclass(frozen=True)
class Seller:
    """skill: how many customers come to this one, beside the others (0.5 to 1.6)."""

    actor: Actor
    skill: float

    @property
    def id(self) -> int:
        assert self.actor.seller is not None
        return self.actor.seller


@dataclass(frozen=True)
class Staff:
    """The sellers; the others are the same in every sample. chief: the sales manager, who acts for others."""

    sellers: tuple[Seller, ...]
    chief: ClassVar[Actor] = Actor.of("周经理", "manager")
    leader: ClassVar[Actor] = Actor.of("海总", "leader")
    finance: ClassVar[tuple[Actor, Actor]] = (Actor.of("财务小赵", "finance"), Actor.of("财务小吴", "finance"))
    service: ClassVar[tuple[Actor, Actor]] = (Actor.of("客服小孙", "service"), Actor.of("客服小姜", "service"))
    cashier: ClassVar[Actor] = Actor.of("出纳小钱", "cashier")
    agent: ClassVar[Actor] = Actor.of("云山座席", "agent")

    def seller(self, stream: random.Random) -> Seller:
        return stream.choices(self.sellers, [each.skill for each in self.sellers])[0]

    def of(self, seller: int) -> Actor:
        return next(each.actor for each in self.sellers if each.id == seller)

    def teller(self, key: int) -> Actor:
        """Of the two in the finance department, always the same one for a deal."""
        return self.finance[key % 2]


def hire(stage: Stage) -> Staff:
    scheme = stage.session.scalars(select(CommissionScheme.id).order_by(CommissionScheme.id)).first()
    groups = [SalesGroup(**own(), code=code, name=name) for code, name in GROUPS]
    stage.add(*groups)
    stream = stage.chance.of("sellers")
    sellers = []
    for place, (code, name, gender) in enumerate(SELLERS):
        group, head = groups[place // 4], place % 4 == 0
        row = Salesperson(
            **own(), code=code, name=name, gender=gender, group_id=group.id, scheme_id=scheme,
            extension=SEATS[place] if place < len(SEATS) else None, role="manager" if head else "seller",
        )  # fmt: skip
        stage.add(row)
        actor = Actor.of(name, "manager" if head else "seller", row.id, group.id)
        sellers.append(Seller(actor, round(stream.uniform(0.5, 1.6), 2)))
    return Staff(tuple(sellers))
