"""The states of a price list 价目表 (SPEC §2.2)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class PriceListState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


class PriceListEvent(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    TAKE_EFFECT = "take_effect"
    SUPERSEDE = "supersede"


PRICE_LIST = Table(
    noun=Words("价目表", "price list"),
    names={
        PriceListState.DRAFT: Words("草稿", "a draft"),
        PriceListState.SUBMITTED: Words("已送审", "submitted"),
        PriceListState.APPROVED: Words("已批准", "approved"),
        PriceListState.EFFECTIVE: Words("生效", "effective"),
        PriceListState.SUPERSEDED: Words("已被取代", "superseded"),
        PriceListState.REJECTED: Words("被驳回", "rejected"),
    },
    verbs={
        PriceListEvent.SUBMIT: Words("送审", "submit it"),
        PriceListEvent.APPROVE: Words("批准", "approve it"),
        PriceListEvent.REJECT: Words("驳回", "reject it"),
        PriceListEvent.TAKE_EFFECT: Words("生效", "let it take effect"),
        PriceListEvent.SUPERSEDE: Words("被新表取代", "supersede it"),
    },
    start=(PriceListState.DRAFT,),
    rows=(
        Row(
            "L1", PriceListEvent.SUBMIT, (PriceListState.DRAFT,), (PriceListState.SUBMITTED,),
            "", "approval requested",
        ),
        Row(
            "L2", PriceListEvent.APPROVE, (PriceListState.SUBMITTED,), (PriceListState.APPROVED,),
            "`price.approve`", "log",
        ),
        Row("L3", PriceListEvent.REJECT, (PriceListState.SUBMITTED,), (PriceListState.REJECTED,), "reason", "log"),
        Row(
            "L4", PriceListEvent.TAKE_EFFECT, (PriceListState.APPROVED,), (PriceListState.EFFECTIVE,),
            "now ≥ effective_at", "the building's former list superseded; rooms without a live deal repriced",
        ),
        Row(
            "L5", PriceListEvent.SUPERSEDE, (PriceListState.EFFECTIVE,), (PriceListState.SUPERSEDED,),
            "another list of the building takes effect", "log",
        ),
    ),
)  # fmt: skip
