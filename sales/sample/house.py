"""The house and its leased tenant, and how they are reached by telephone."""

import json
from pathlib import Path

from sqlalchemy import text

from db.tenant import HOME, Tenant
from dialplan.models import CalendarHours, CalendarRow, Did, Extension, ServiceRow
from sales import codes
from sales.models import Project, ProjectText, ServiceProject
from sales.sample.names import SELLERS
from sales.sample.stage import BY, Stage, own

MAIN = "02038880000"
BOTH = "02038880010"  # a number that speaks of both projects
LEASED = "02038881000"
OPERATOR = "8000"  # of the leased tenant's calls, too: somebody has to be there
SEATS = tuple(str(8001 + place) for place in range(10))
LEASED_SEATS = ("8101", "8102", "8103")
OPENS, CLOSES = 9 * 60, 21 * 60
GARDEN_TEXTS = Path(__file__).parent.parent / "fixture_t" / "texts.json"  # the same project, told in the same words
CENTRE_TEXTS = Path(__file__).with_name("centre_texts.json")
# the fixture's own words name days to come; these are true on any day
DELIVERY = {
    "zh": "一栋和二栋正在交付,其他楼栋按合同日期交付。房子以毛坯交付,水、电、燃气和光纤都接到户内。",
    "en": "Buildings one and two are being handed over, the others follow on the date in your contract. Flats are "
    "handed over unfurnished, with water, electricity, gas and optical fibre connected.",
}


def found(stage: Stage) -> int:
    """Tenants with their code tables; the id of the leased one."""
    stage.add(Tenant(id=HOME, created_by=BY, code="haitian", name="海天地产 Haitian"))
    if stage.session.get_bind().dialect.name == "postgresql":  # its numbering does not see a number that was given
        stage.session.execute(text("SELECT setval(pg_get_serial_sequence('tenant', 'id'), :home)"), {"home": HOME})
    leased = Tenant(created_by=BY, code="yunshan", name="云山物业 Yunshan Property", kind="leased", max_seats=3)
    stage.add(leased)
    for tenant in (HOME, leased.id):
        codes.ship(stage.session, tenant)
    return leased.id


def connect(stage: Stage, garden: Project, centre: Project, leased: int) -> None:
    """Numbers, services, opening hours, extensions, and what callers are told."""
    calendar = _calendar(stage, HOME, "售楼部 Sales office")
    ours = {"company_zh": "海天", "company_en": "Haitian", "operator": OPERATOR, "calendar_id": calendar}
    main = ServiceRow(**own(), code="main", flow="main", **ours)
    default = ServiceRow(**own(), code="default", flow="default", **ours)
    both = ServiceRow(**own(), code="both", flow="main", **ours)
    theirs = ServiceRow(
        **own(leased),
        code="yunshan",
        flow="default",
        company_zh="云山",
        company_en="Yunshan",
        operator=OPERATOR,
        calendar_id=_calendar(stage, leased, "物业服务中心 Service centre"),
    )
    stage.add(main, default, both, theirs)
    for service, projects in ((main, (garden,)), (default, (garden,)), (both, (garden, centre))):
        for position, project in enumerate(projects, 1):
            stage.add(ServiceProject(**own(), service_id=service.id, project_id=project.id, position=position))
    for number, service in ((MAIN, main), (BOTH, both), (LEASED, theirs)):
        stage.add(Did(**own(service.tenant_id), number=number, service_id=service.id))
    _extensions(stage, leased)
    told = json.loads(GARDEN_TEXTS.read_text(encoding="utf-8")) | {"delivery": DELIVERY}
    for project, texts in ((garden, told), (centre, json.loads(CENTRE_TEXTS.read_text(encoding="utf-8")))):
        stage.add(
            *(ProjectText(**own(), project_id=project.id, topic=topic, **words) for topic, words in texts.items())
        )


def _calendar(stage: Stage, tenant: int, name: str) -> int:
    calendar = CalendarRow(**own(tenant), code="sales" if tenant == HOME else "service", name=name)
    stage.add(calendar)
    stage.add(
        *(
            CalendarHours(**own(tenant), calendar_id=calendar.id, weekday=weekday, opens=OPENS, closes=CLOSES)
            for weekday in range(1, 8)
        )
    )
    return calendar.id


def _extensions(stage: Stage, leased: int) -> None:
    stage.add(Extension(**own(), number=OPERATOR, kind="phone", name="总机 Operator"))
    for number, (_, name, _) in zip(SEATS, SELLERS, strict=False):
        stage.add(Extension(**own(), number=number, kind="seat", name=name))
    for number in LEASED_SEATS:
        stage.add(Extension(**own(leased), number=number, kind="seat", name=f"云山座席 {number}"))
