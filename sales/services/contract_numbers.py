"""The pool of contract numbers 合同编号: imported in ranges, taken once, never again (SPEC §2.4.2, S4-81)."""

import re

from sqlalchemy import select

from admin.right import Right
from db.refusal import Code, Refused
from sales.models import ContractNo, Project
from sales.money import amount
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.step import step
from sales.states.contract_no import CONTRACT_NO, ContractNoEvent, ContractNoState

MOST = 10_000  # numbers of one range


def import_numbers(desk: Desk, project: int, first: str, last: str, batch: str | None = None) -> int:
    """Add "HT0001" … "HT0250" to the pool; how many. E_PERM, E_VALIDATION, E_DUPLICATE if one is there already."""
    desk.must(Right.MANAGE)
    fetch(desk, Project, project, lock=False)
    numbers = written_out(first, last)
    there = desk.session.scalar(
        select(ContractNo.no).where(ContractNo.tenant_id == desk.tenant, ContractNo.no.in_(numbers)).limit(1)
    )
    if there is not None:
        raise Refused(
            Code.DUPLICATE,
            f"合同编号{there}已在编号库中。",
            f"{there} is in the pool already.",
            no=there,
        )
    desk.session.add_all(ContractNo(**desk.own, project_id=project, no=no, batch=batch) for no in numbers)
    desk.session.flush()
    desk.note("contract_no.import", "project", project, None, {"first": first, "last": last, "count": len(numbers)})
    return len(numbers)


def written_out(first: str, last: str) -> list[str]:
    """All numbers of a range: the same word, then digits of the same length. E_VALIDATION.

    >>> written_out("HT0009", "HT0011")
    ['HT0009', 'HT0010', 'HT0011']
    """
    ends = [re.fullmatch(r"(.*?)([0-9]+)", no) for no in (first, last)]
    if ends[0] is None or ends[1] is None or ends[0][1] != ends[1][1] or len(first) != len(last) or len(first) > 32:
        raise amount.invalid(
            f"编号区间无效：{first} 至 {last}", f"{first} to {last} is no range of numbers", first=first, last=last
        )
    low, high = int(ends[0][2]), int(ends[1][2])
    if not low <= high < low + MOST:
        raise amount.invalid(
            f"编号区间须为 1 至 {MOST} 个", f"A range has 1 to {MOST} numbers, in order", first=first, last=last
        )
    return [f"{ends[0][1]}{number:0{len(ends[0][2])}d}" for number in range(low, high + 1)]


def void_number(desk: Desk, number: int, reason: str) -> ContractNo:
    """Spoiled paper: the number is never used. E_PERM, E_STATE unless it is unused."""
    desk.must(Right.MANAGE)
    row = fetch(desk, ContractNo, number)
    step(desk, CONTRACT_NO, row, ContractNoEvent.SPOIL, {"reason": reason, "ended_at": desk.now})
    return row


def take(desk: Desk, project: int, wanted: str | None) -> ContractNo:
    """A number for a contract: this one, or the lowest unused of the project. E_CONTRACT_NO."""
    of_project = select(ContractNo).where(ContractNo.tenant_id == desk.tenant, ContractNo.project_id == project)
    if wanted is None:
        # two contracts at once: each takes another
        lowest = of_project.where(ContractNo.state == ContractNoState.UNUSED).order_by(ContractNo.no).limit(1)
        row = desk.session.scalars(lowest.with_for_update(skip_locked=True)).first()
        if row is None:
            raise Refused(Code.CONTRACT_NO, "合同编号已用完，请先导入。", "The contract numbers have run out.")
    else:
        row = desk.session.scalars(of_project.where(ContractNo.no == wanted).with_for_update()).first()
        if row is None:
            raise Refused(
                Code.CONTRACT_NO, f"编号库中没有{wanted}。", f"There is no number {wanted} in the pool.", no=wanted
            )
        if row.state is not ContractNoState.UNUSED:
            now = CONTRACT_NO.names[row.state]
            raise Refused(
                Code.CONTRACT_NO,
                f"合同编号{wanted}的状态为“{now.zh}”，不能再用。",
                f"Contract number {wanted} is {now.en}: it cannot be taken again.",
                no=wanted,
                state=row.state.value,
            )
    step(desk, CONTRACT_NO, row, ContractNoEvent.TAKE, {"bound_at": desk.now})
    return row


def give_up(desk: Desk, number: int, reason: str) -> None:
    """The contract is over: its number is used for good."""
    row = fetch(desk, ContractNo, number)
    step(desk, CONTRACT_NO, row, ContractNoEvent.GIVE_UP, {"ended_at": desk.now, "reason": reason})
