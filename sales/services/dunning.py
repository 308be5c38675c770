"""Dunning 催款 of overdue receivables (SPEC §2.4.6): letter, second letter, lawyers, settled."""

from enum import StrEnum

from admin.right import Right
from db.refusal import Code, Refused
from sales.models import Deal, Receivable
from sales.services.alarms import cease
from sales.services.allocations import DUE, lines_of
from sales.services.deals import must_live
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.states.dunning import DUNNING, DunningEvent, DunningLevel


def dun(desk: Desk, receivable: int, event: DunningEvent) -> Receivable:
    """The next letter about an overdue line, or the lawyers (a manager). E_PERM, E_STATE (not overdue)."""
    desk.must(Right.MANAGE if event is DunningEvent.SUE else Right.RECEIVABLE)
    line = fetch(desk, Receivable, receivable)
    must_live(fetch(desk, Deal, line.deal_id))
    if event is not DunningEvent.SETTLE and not _overdue(desk, line):
        raise Refused(Code.STATE, "该应收款未逾期。", "This line is not overdue.", receivable=line.id)
    _turn(desk, line, event)
    return line


def settle(desk: Desk, deal: Deal) -> None:
    """Lines that are not overdue any more are settled, their alerts closed."""
    for line in lines_of(desk, deal):
        if line.state in DUE and _overdue(desk, line):
            continue
        cease(desk, "receivable", line.id)
        if line.dunning not in (DunningLevel.NONE, DunningLevel.SETTLED):
            _turn(desk, line, DunningEvent.SETTLE)


def _overdue(desk: Desk, line: Receivable) -> bool:
    owed = line.state in DUE and line.amount_fen > line.paid_fen
    return owed and line.due_date is not None and line.due_date < desk.today


def _turn(desk: Desk, line: Receivable, event: DunningEvent) -> None:
    was: StrEnum = line.dunning
    line.dunning = DUNNING.next(line.dunning, event)
    line.dunned_on = desk.today
    desk.note(f"dunning.{event}", "receivable", line.id, {"dunning": was.value}, {"dunning": line.dunning.value})
