"""What callers of the demo ask for first, as it is told to them: its sounds are shipped, so nobody waits for a voice.

The sample has these rooms whatever its seed and day; that they are so is one of its tests.
"""

from collections.abc import Mapping
from typing import Any

from sales.sample.house import DELIVERY

_A: Mapping[str, Any] = {
    "floor": 2,
    "door": "01",
    "layout": {"zh": "两室一厅", "en": "two bedrooms"},
    "built_x100": 7555,
}
ROOMS: tuple[Mapping[str, Any], ...] = (
    {
        "code": "020201",
        "building": 2,
        "orientation": "S",
        "unit_fen": 1_006_771,
        "list_fen": 76_061_500,
        "state": "available",
        **_A,
    },
    {
        "code": "010201",
        "building": 1,
        "orientation": "S",
        "unit_fen": 985_000,
        "list_fen": 74_416_800,
        "state": "sold",
        **_A,
    },
)
TEXTS: tuple[Mapping[str, str], ...] = (DELIVERY,)
