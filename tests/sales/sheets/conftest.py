from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from db.tenant import HOME, Tenant
from sales.models import Building, Developer, Layout, Project


@pytest.fixture
def house() -> Callable[[Session, int, int], int]:
    """A unit of work: a project of so many empty buildings with so many floors, and a layout A; the project's id."""

    def build(session: Session, buildings: int, floors: int) -> int:
        session.add(Tenant(id=HOME, code="haitian", name="海天"))
        session.flush()
        developer = Developer(tenant_id=HOME, name_zh="海天", name_en="Haitian")
        session.add(developer)
        session.flush()
        project = Project(tenant_id=HOME, developer_id=developer.id, code="01", name_zh="海天花园", name_en="Haitian")
        session.add(project)
        session.flush()
        for number in range(1, buildings + 1):
            names = {"name_zh": f"{number}栋", "name_en": f"building {number}"}
            session.add(Building(tenant_id=HOME, project_id=project.id, code=f"{number:02}", floors=floors, **names))
        session.add(
            Layout(
                tenant_id=HOME, project_id=project.id, code="A", name_zh="两室两厅", name_en="two bedrooms", bedrooms=2,
                built_x100=8900, inner_x100=7000, base_unit_fen=1_000_000,
            )
        )  # fmt: skip
        session.flush()
        return project.id

    return build
