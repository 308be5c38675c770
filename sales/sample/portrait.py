"""Who the customers are, before any of them comes: drawn with the proportions of SPEC §5. Pure."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sales.sample.chance import Chance, draw
from sales.sample.days import END
from sales.sample.names import EMPLOYERS, MEN, SURNAMES, WOMEN
from sales.services.customers import Person

COUNT = 320
OPENING = date(2022, 5, 1)
LAUNCHES = {(2022, 5), (2022, 10), (2023, 4), (2023, 11)}
PHONE = 13_800_000_000  # and the number of the customer: 138000xxxxx is never dialled
EDU = {"高中": 12, "大专": 28, "本科": 44, "硕士": 14, "博士": 2}
INCOME = ("8k-", "8-15k", "15-25k", "25k+")
BUDGET = {"8k-": (70, 95), "8-15k": (80, 115), "15-25k": (95, 150), "25k+": (125, 210)}  # 万元
DISTRICTS = {"天河": 28, "海珠": 20, "越秀": 14, "番禺": 14, "白云": 12, "黄埔": 8, "外地": 4}
AREAS = {
    "天河": "440106",
    "海珠": "440105",
    "越秀": "440104",
    "番禺": "440113",
    "白云": "440111",
    "黄埔": "440112",
    "外地": "430102",
}
PRINT_YEAR = {"热线": 24, "报纸": 26, "网络": 12, "户外": 13, "朋友介绍": 17, "路过": 8}
WEB_YEAR = {"热线": 24, "报纸": 10, "网络": 28, "户外": 11, "朋友介绍": 19, "路过": 8}
REASONS = {"地段": 26, "户型": 20, "价格": 18, "学区": 12, "交通": 10, "景观": 8, "品牌": 6}
NEAR = {"自驾": 25, "地铁": 40, "公交": 15, "步行": 15, "看楼车": 5}
FAR = {"自驾": 45, "地铁": 20, "公交": 10, "出租车": 10, "看楼车": 15}
PURPOSES = {"自住": 50, "改善": 22, "婚房": 12, "投资": 10, "为父母": 6}
LAYOUTS = {"8k-": {"A": 8, "B": 2}, "8-15k": {"A": 4, "B": 6}, "15-25k": {"B": 5, "C": 5}, "25k+": {"C": 6, "D": 4}}
ENGLISH_EVERY = 40


@dataclass(frozen=True)
class Portrait:
    """number: from 1. registered, visits: days of the story, in order; somebody with visits first came on the first."""

    number: int
    person: Person
    registered: date
    visits: tuple[date, ...]

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.person.facts)

    @property
    def budget_fen(self) -> int:
        return int(self.facts["budget_fen"])

    @property
    def layout(self) -> str:
        return str(self.facts["intent"]["layout"])


def portraits(chance: Chance, count: int = COUNT) -> list[Portrait]:
    """All of them, in the order in which they register."""
    days = _registrations(chance, count)
    genders = chance.deck("gender", {"M": 48, "F": 52}, count)
    education = chance.deck("edu", EDU, count)
    districts = chance.deck("district", DISTRICTS, count)
    return [
        _portrait(chance.of(f"customer {number}"), number, day, (gender, edu, district))
        for number, (day, gender, edu, district) in enumerate(zip(days, genders, education, districts, strict=True), 1)
    ]


def stranger(stream: random.Random, number: int) -> Person:
    """Somebody of whom no more is known than a name and a telephone."""
    return Person(_name(stream, draw(stream, {"M": 1, "F": 1})), (_phone(number),))


def id_number(district: str, birth: date, serial: int) -> str:
    """An identity card's eighteen digits, the last one the check of GB 11643.

    >>> id_number("天河", date(1985, 3, 12), 15)
    '440106198503120154'
    """
    body = f"{AREAS[district]}{birth:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def _registrations(chance: Chance, count: int) -> list[date]:
    span = [OPENING + timedelta(days=n) for n in range((END - OPENING).days + 1)]
    month = {day: 2.2 if (day.year, day.month) in LAUNCHES else 0.5 if day.month == 2 else 1.0 for day in span}
    weekday = {6: 2.2, 7: 2.0}
    weights = [month[day] * weekday.get(day.isoweekday(), 1.0) for day in span]
    return sorted(chance.of("registrations").choices(span, weights, k=count))


def _portrait(stream: random.Random, number: int, day: date, drawn: tuple[str, str, str]) -> Portrait:
    gender, edu, district = drawn
    age = min(max(round(stream.gauss(37, 9)), 22), 68)
    birth = date(END.year - age, 1, 1) + timedelta(days=stream.randrange(365))
    band = min({"高中": 0, "大专": 1, "本科": 1, "硕士": 2, "博士": 3}[edu] + (stream.random() < 0.5), 3)
    income = INCOME[band]
    employer = draw(stream, {"民企": 38, "国企": 16, "外企": 12, "事业单位": 14, "公务员": 7, "个体": 8, "其他": 5})
    low, high = BUDGET[income]
    layout = draw(stream, LAYOUTS[income])
    facts = {
        "gender": gender,
        "birth": birth,
        "district": district,
        "address": _address(stream, district),
        "edu": edu,
        "income": income,
        "employer_type": employer,
        "employer": stream.choice(EMPLOYERS[employer]),
        "transport": draw(stream, NEAR if district in ("天河", "越秀", "海珠") else FAR),
        "channel": draw(stream, PRINT_YEAR if day < date(2023, 5, 1) else WEB_YEAR),
        "reason": draw(stream, REASONS),
        "level": draw(stream, {"A": 15, "B": 35, "C": 35, "D": 15}),
        "budget_fen": stream.randint(low, high) * 1_000_000,
        "intent": {"layout": layout, "purpose": draw(stream, PURPOSES)},
        "lang": "en" if number % ENGLISH_EVERY == 0 else "",
    }
    card = id_number(district, birth, stream.randrange(100, 500) * 2 + (gender == "M"))
    person = Person(_name(stream, gender), (_phone(number),), card, facts=facts)
    return Portrait(number, person, day, _visits(stream, day))


def _visits(stream: random.Random, registered: date) -> tuple[date, ...]:
    count = draw(stream, {0: 8, 1: 24, 2: 32, 3: 24, 4: 12})
    days, day = [], registered + timedelta(days=stream.choice((0, 0, 0, 1, 2)))
    for _ in range(count):
        days.append(day)
        day += timedelta(days=stream.randint(2, 12))
    return tuple(days)


def _address(stream: random.Random, district: str) -> str:
    town = "湖南省长沙市" if district == "外地" else f"广州市{district}区"
    return f"{town}{stream.choice(('人民路', '中山路', '建设路', '新港路'))}{stream.randint(1, 300)}号"


def _name(stream: random.Random, gender: str) -> str:
    return stream.choice(SURNAMES) + stream.choice(MEN if gender == "M" else WOMEN)


def _phone(number: int) -> str:
    return str(PHONE + number)
