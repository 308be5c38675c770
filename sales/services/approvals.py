"""Approvals 审批: asked for, given step by step, used once (SPEC §2.4.15)."""

from decimal import Decimal

from sqlalchemy import or_, select

from admin.right import Right
from db.refusal import Code, Refused
from db.words import Words
from sales.models import Approval, ApprovalRule, ApprovalStep
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.step import step
from sales.states.approval import APPROVAL, ApprovalEvent, ApprovalKind, ApprovalState

USUAL = ("manager",)
ABOVE_ALL = ("admin", "tenant_admin", "leader")  # may stand in for any step
RIGHTS = {ApprovalKind.REFUND: Right.APPROVE_REFUND, ApprovalKind.PRICE_LIST: Right.PRICE_APPROVE}
KINDS = {
    ApprovalKind.DISCOUNT: Words("折扣", "a discount"),
    ApprovalKind.REFUND: Words("退房", "a refund"),
    ApprovalKind.EXCHANGE: Words("换房", "an exchange"),
    ApprovalKind.RENAME: Words("更名", "a rename"),
    ApprovalKind.ADJUST: Words("应收调整", "an adjustment"),
    ApprovalKind.VOID: Words("撤销", "a reversal"),
    ApprovalKind.PRICE_LIST: Words("价目表", "a price list"),
    ApprovalKind.EXTEND: Words("延期", "an extension"),
    ApprovalKind.DEFERRAL: Words("定金缓交", "a later deposit"),
    ApprovalKind.LATE_FEE: Words("滞纳金减免", "a waived late fee"),
}


def request(
    desk: Desk,
    kind: ApprovalKind,
    subject: tuple[str, int],
    reason: str,
    amount_fen: int | None = None,
    payload: dict[str, object] | None = None,
) -> Approval:
    """Ask for it. subject: ("deal", 17). payload: what exactly is to be approved, e.g. {"customer": 3, "deal_fen": …}.

    Who has to agree is said by the rule with the highest threshold that the amount reaches (payload "project" chooses
    between a project's rules and the house's); without a rule, a manager.
    """
    told = dict(payload or {})
    project = told.get("project")
    roles = _roles(desk, kind, amount_fen or 0, project if isinstance(project, int) else None, told.get("rate"))
    entity, entity_id = subject
    approval = Approval(
        **desk.own,
        kind=kind,
        state=ApprovalState.PENDING,
        entity=entity,
        entity_id=entity_id,
        amount_fen=amount_fen,
        reason=reason,
        payload=told,
        requested_by=desk.actor.name,
        requested_at=desk.now,
    )
    desk.session.add(approval)
    desk.session.flush()
    for seq, role in enumerate(roles, 1):
        desk.session.add(ApprovalStep(**desk.own, approval_id=approval.id, seq=seq, role=role))
    desk.note(
        "approval.request", "approval", approval.id, None, {"kind": kind.value, "entity": entity, "id": entity_id}
    )
    desk.session.flush()
    return approval


def approve(desk: Desk, approval: int, note: str | None = None) -> Approval:
    """Agree to the next step; with the last one it is approved. E_PERM (another role, one's own request), E_STATE."""
    found, waiting = _next(desk, approval)
    last = len(waiting) == 1
    step(
        desk,
        APPROVAL,
        found,
        ApprovalEvent.APPROVE if last else ApprovalEvent.PASS_ON,
        {"decided_at": desk.now} if last else None,
    )
    _answer(desk, waiting[0], "approved", note)
    return found


def reject(desk: Desk, approval: int, note: str) -> Approval:
    """E_PERM, E_STATE."""
    found, waiting = _next(desk, approval)
    step(desk, APPROVAL, found, ApprovalEvent.REJECT, {"decided_at": desk.now})
    _answer(desk, waiting[0], "rejected", note)
    return found


def withdraw(desk: Desk, approval: int) -> Approval:
    """By who asked for it. E_PERM, E_STATE."""
    found = fetch(desk, Approval, approval)
    if found.requested_by != desk.actor.name:
        raise Refused(Code.PERM, "只有申请人可以撤回。", "Only who asked for it may withdraw it.")
    step(desk, APPROVAL, found, ApprovalEvent.WITHDRAW, {"decided_at": desk.now})
    return found


def use(desk: Desk, approval: int | None, kind: ApprovalKind, entity: str, entity_id: int) -> Approval:
    """What was approved is being done now, and once only. E_PERM if it is not approved, or about something else."""
    what = KINDS[kind]
    if approval is None:
        raise Refused(Code.PERM, f"{what.zh}须先经审批。", f"This takes an approval of {what.en}.", approval=kind.value)
    found = fetch(desk, Approval, approval)
    if (found.kind, found.entity, found.entity_id) != (kind, entity, entity_id):
        raise Refused(
            Code.PERM,
            "审批的内容与此次办理不符。",
            "This approval is about something else.",
            approval=approval,
            kind=found.kind.value,
            entity=found.entity,
            id=found.entity_id,
        )
    if found.state is not ApprovalState.APPROVED or found.used_at is not None:
        now = APPROVAL.names[found.state]
        used = found.used_at is not None
        raise Refused(
            Code.PERM,
            "该审批已使用过。" if used else f"该审批的状态为“{now.zh}”，尚不能办理。",
            "This approval has been used already." if used else f"This approval is {now.en}.",
            approval=approval,
            state=found.state.value,
        )
    found.used_at = max(desk.now, found.decided_at or desk.now)
    desk.session.flush()
    return found


def _next(desk: Desk, approval: int) -> tuple[Approval, list[ApprovalStep]]:
    """The approval with the steps that wait, the first of them for the actor."""
    found = fetch(desk, Approval, approval)
    APPROVAL.next(found.state, ApprovalEvent.REJECT)
    waiting = list(
        desk.session.scalars(
            select(ApprovalStep)
            .where(ApprovalStep.approval_id == found.id, ApprovalStep.verdict.is_(None))
            .order_by(ApprovalStep.seq)
        )
    )
    desk.must(RIGHTS.get(found.kind, Right.APPROVE))
    role = waiting[0].role
    if desk.actor.role not in (role, *ABOVE_ALL):
        raise Refused(
            Code.PERM, f"此步须由“{role}”审批。", f"This step is for a {role}.", role=role, step=waiting[0].seq
        )
    if found.requested_by == desk.actor.name:
        raise Refused(Code.PERM, "不能审批自己的申请。", "Nobody approves what they asked for themselves.")
    return found, waiting


def _answer(desk: Desk, asked: ApprovalStep, verdict: str, note: str | None) -> None:
    asked.verdict, asked.decided_by, asked.decided_at, asked.note = verdict, desk.actor.name, desk.now, note
    desk.session.flush()


def _roles(desk: Desk, kind: ApprovalKind, fen: int, project: int | None, rate: object) -> tuple[str, ...]:
    rules = desk.session.scalars(
        select(ApprovalRule).where(
            ApprovalRule.tenant_id == desk.tenant,
            ApprovalRule.kind == kind,
            ApprovalRule.from_fen <= fen,
            or_(ApprovalRule.project_id.is_(None), ApprovalRule.project_id == project),
        )
    ).all()
    asked = Decimal(str(rate)) if rate is not None else Decimal(0)
    reached = [rule for rule in rules if rule.from_rate is None or rule.from_rate <= asked]
    if not reached:
        return USUAL
    strictest = max(
        reached, key=lambda rule: (rule.project_id is not None, rule.from_fen, rule.from_rate or Decimal(0), rule.id)
    )
    return tuple(str(role) for role in strictest.steps) or USUAL
