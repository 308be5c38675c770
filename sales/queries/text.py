"""The texts that callers hear of a project, and what they were before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from sales.models import Project, ProjectText, ProjectTextVersion


@dataclass(frozen=True, slots=True)
class TextRow:
    """version, by, at: how often it was edited, and who has done so last, when."""

    project: str
    topic: str
    zh: str | None
    en: str | None
    version: int
    by: str | None
    at: datetime


def texts(session: Session, tenant: int, project: str | None = None, topic: str | None = None) -> list[TextRow]:
    """All texts of a house, or those of one project (its code), or one topic."""
    wanted = (
        select(Project.code, ProjectText, ProjectTextVersion.created_by)
        .join(Project, Project.id == ProjectText.project_id)
        .outerjoin(
            ProjectTextVersion,
            (ProjectTextVersion.text_id == ProjectText.id) & (ProjectTextVersion.version == ProjectText.version),
        )
        .where(ProjectText.tenant_id == tenant)
        .order_by(Project.code, ProjectText.id)
    )
    if project is not None:
        wanted = wanted.where(Project.code == project)
    if topic is not None:
        wanted = wanted.where(ProjectText.topic == topic)
    return [
        TextRow(code, text.topic, text.zh, text.en, text.version, by or text.created_by, text.updated_at)
        for code, text, by in session.execute(wanted)
    ]


def versions_of(session: Session, project: int, topic: str, lang: str, most: int) -> list[str]:
    """What is told of a topic in this language, the text in force first, then what it was before; what is not written
    in one language is told in the other."""
    now = session.execute(
        select(ProjectText.id, ProjectText.version, ProjectText.zh, ProjectText.en).where(
            ProjectText.project_id == project, ProjectText.topic == topic
        )
    ).first()
    if now is None:
        return []
    key, version, zh, en = now
    texts = [(zh, en)]
    if version > 1:
        earlier = (
            select(ProjectTextVersion.zh, ProjectTextVersion.en)
            .where(ProjectTextVersion.text_id == key, ProjectTextVersion.version < version)
            .order_by(ProjectTextVersion.version.desc())
            .limit(most - 1)
        )
        texts += [(zh, en) for zh, en in session.execute(earlier)]
    told = ((en or zh) if lang == "en" else (zh or en) for zh, en in texts)
    return [text for text in told if text]
