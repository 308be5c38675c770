"""What is told of projects: their texts, and which service speaks of which."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialplan.service import Project as SpokenProject
from sales.models import Project, ProjectText, ServiceProject


def text_of(session: Session, project: int, topic: str, lang: str) -> str | None:
    """The text of a topic in this language; what is not written in English is told in Mandarin."""
    row = session.execute(
        select(ProjectText.zh, ProjectText.en).where(ProjectText.project_id == project, ProjectText.topic == topic)
    ).first()
    if row is None:
        return None
    zh, en = row
    return (en or zh) if lang == "en" else (zh or en)


def spoken_texts(session: Session) -> list[tuple[str, str]]:
    """Every text of every project as (lang, text): what the voice renders ahead."""
    rows = session.execute(select(ProjectText.zh, ProjectText.en).order_by(ProjectText.id)).all()
    return [(lang, text) for row in rows for lang, text in zip(("zh", "en"), row, strict=True) if text]


def projects_of_services(session: Session) -> dict[int, tuple[SpokenProject, ...]]:
    """For every service its projects, in the order of its project menu."""
    offered: dict[int, tuple[SpokenProject, ...]] = {}
    rows = session.execute(
        select(ServiceProject.service_id, Project.id, Project.code, Project.name_zh, Project.name_en, Project.host)
        .join(Project, Project.id == ServiceProject.project_id)
        .order_by(ServiceProject.service_id, ServiceProject.position)
    )
    for service, key, code, zh, en, host in rows:
        offered[service] = (*offered.get(service, ()), SpokenProject(key, code, {"zh": zh, "en": en}, host))
    return offered
