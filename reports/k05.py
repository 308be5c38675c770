"""K05 IVR节点统计: what callers did in each step of the flows (SPEC §3.6)."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from reports.report import Column, Report, Row, Wanted
from reports.traffic import Step, fold, read


def rows(session: Session, wanted: Wanted) -> Iterator[Row]:
    """The busiest step first. timeouts: how often a caller said nothing; hangups_here: calls that the caller ended in
    this step, as the last one; avg_s: seconds of a visit."""
    traffic = fold(read(session, wanted))
    for (flow, node), step in sorted(traffic.items(), key=lambda item: (-item[1].visits, item[0])):
        yield row(flow, node, step)


def row(flow: str, node: str, step: Step) -> Row:
    return {
        "node": node,
        "visits": step.visits,
        "keys": dict(sorted(step.keys.items())),
        "timeouts": step.timeouts,
        "invalids": step.invalids,
        "helps": step.helps,
        "hangups_here": step.hangups,
        "avg_s": round(step.seconds / step.ended, 1) if step.ended else None,
        "flow": flow,
    }


K05 = Report(
    "K05",
    "IVR节点统计",
    "IVR node statistics",
    (
        Column("node", "节点", "step"),
        Column("visits", "进入次数", "visits"),
        Column("keys", "按键", "keys"),
        Column("timeouts", "无按键", "silent"),
        Column("invalids", "无效按键", "wrong"),
        Column("helps", "辅助", "helps"),
        Column("hangups_here", "在此挂机", "hung up"),
        Column("avg_s", "平均秒数", "seconds"),
        Column("flow", "流程", "flow"),
    ),
    rows,
)
