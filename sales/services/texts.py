"""What callers hear of a project, topic by topic: every text is written here, and only here (S4-46 … S4-49)."""

from collections.abc import Mapping

from sqlalchemy import select

from admin.right import Right
from db.refusal import Code, Refused
from db.work import clean
from sales.models import Project, ProjectText, ProjectTextVersion
from sales.money import amount
from sales.services.acting import changed
from sales.services.desk import Desk
from sales.services.fetch import fetch

TOPICS: Mapping[str, str] = {
    "developer": "开发商资料",
    "location": "位置",
    "surroundings": "周边环境",
    "facilities": "配套设施",
    "garden": "绿化",
    "delivery": "交付标准",
    "routes": "交通路线",
    "fees": "费用与税费",
    "features": "服务特色",
    "hours": "营业时间",
    "subscribe": "认购流程",
    "contract": "签约流程",
    "mortgage": "按揭流程",
    "refund": "退房与换房流程",
    "handover": "交房流程",
    "title": "产权证流程",
}
MOST = 3000  # characters: ten minutes, which nobody listens to


def write_text(desk: Desk, project: int, topic: str, zh: str, en: str, seen: int | None = None) -> ProjectText:
    """A text in both languages; one left empty is told in the other. The same again changes nothing.

    seen: the version that was being edited, 0 = there was none. E_PERM, E_NOT_FOUND, E_VALIDATION, E_CONFLICT.
    """
    desk.must(Right.CONTENT)
    fetch(desk, Project, project, lock=False)
    if topic not in TOPICS:
        raise Refused(
            Code.NOT_FOUND,
            f"没有主题“{topic}”，可用：{'、'.join(TOPICS)}。",
            f"There is no topic “{topic}”; there are: {', '.join(TOPICS)}.",
            topic=topic,
        )
    words = {lang: _sound(text) for lang, text in (("zh", zh), ("en", en))}
    if not any(words.values()):
        raise amount.invalid("资料不能为空", "A text must not be empty")
    wanted = select(ProjectText).where(ProjectText.project_id == project, ProjectText.topic == topic)
    row = desk.session.scalars(wanted).first()
    if seen is not None and seen != (row.version if row else 0):
        raise changed()
    if row is None:
        row = ProjectText(**desk.own, project_id=project, topic=topic, version=0)
        desk.session.add(row)
        before: dict[str, str | None] | None = None
    else:
        before = {"zh": row.zh, "en": row.en}
        if before == words:
            return row
        _keep(desk, row)
    row.zh, row.en, row.version = words["zh"], words["en"], row.version + 1
    desk.session.flush()
    _keep(desk, row)
    desk.note("text.edit", "project_text", row.id, before, {**words, "topic": topic, "version": row.version})
    return row


def _keep(desk: Desk, row: ProjectText) -> None:
    """This version, unless it is there already: the first ones came with the house's data."""
    same = (ProjectTextVersion.text_id == row.id, ProjectTextVersion.version == row.version)
    if desk.session.scalar(select(ProjectTextVersion.id).where(*same)) is None:
        desk.session.add(ProjectTextVersion(**desk.own, text_id=row.id, version=row.version, zh=row.zh, en=row.en))
        desk.session.flush()


def _sound(text: str) -> str | None:
    """E_VALIDATION for what cannot be read out or kept."""
    text = text.strip()
    if len(text) > MOST:
        raise amount.invalid(f"资料不能超过 {MOST} 字", f"A text has at most {MOST} characters")
    if clean(text, MOST) != text:
        raise amount.invalid("资料含有无法保存的字符", "The text has signs in it that cannot be kept")
    if text and not any(sign.isalnum() for sign in text):
        raise amount.invalid("资料里没有可以朗读的文字", "There is nothing in this text that can be read out")
    return text or None
