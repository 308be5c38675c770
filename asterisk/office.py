"""What the people at the exchange's door share: whom to tell, what time it is, where things are."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asterisk.lease import GRACE
from calls.bus import Bus
from calls.clock import Clock
from calls.facts import Alarm


@dataclass(frozen=True, slots=True)
class Office:
    """recordings  the directory in which the exchange keeps what it records (its spool/recording)
    endpoint    how an extension is rung: "PJSIP/{number}"
    outside     how a number of the public network is called: "PJSIP/{number}@trunk"; "" = not at all
    by_ear      the line outside tells nothing but tones: it is listened to (`asterisk.tones`)
    most        calls at once; with more than that no further call is claimed
    grace       seconds a caller may be without a controller before the exchange looks after him
    """

    bus: Bus
    clock: Clock
    recordings: Path
    endpoint: str = "PJSIP/{number}"
    most: int = 500
    grace: int = GRACE
    outside: str = ""
    by_ear: bool = False

    def now(self) -> datetime:
        return self.clock.now()


class Alarms:
    """Conditions a person must know: told once when they begin and once when they end. `Alarms(office)`."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._raised: set[str] = set()

    def tell(self, key: str, text: str) -> None:
        if key not in self._raised:
            self._raised.add(key)
            self._office.bus.publish(Alarm(key=key, text=text, at=self._office.now()))

    def clear(self, key: str, text: str = "well again") -> None:
        if key in self._raised:
            self._raised.remove(key)
            self._office.bus.publish(Alarm(key=key, text=text, at=self._office.now(), cleared=True))
