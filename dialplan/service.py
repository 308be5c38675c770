"""What stands behind a number called (S4-1, S4-14): pure values and the rule that finds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialplan.extension import Extension
from dialplan.functions import UNASKED
from dialplan.hours import Calendar
from dialplan.numbers import e164

DEFAULT = "default"  # the code of the service that answers numbers nobody owns


@dataclass(frozen=True, slots=True)
class Project:
    """A property project a service may speak of. `name` by language ("zh", "en"); `code` is two digits.

    host  the address of the computer that knows its rooms (S4-25); "" = the house's own database
    """

    id: int
    code: str
    name: Mapping[str, str]
    host: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """One answering service: whose it is, which flow answers, what it may speak of.

    company   the name spoken in the welcome, by language
    operator  the operator's phone: an extension
    queue     the code of the queue that callers wait in who want a person; "" = the operator's phone rings
    calendar  the code of its opening hours
    off       functions (`dialplan.functions`) that its tenant does not offer
    """

    code: str
    tenant: int
    company: Mapping[str, str]
    flow: str
    projects: tuple[Project, ...]
    operator: str
    calendar: str
    off: frozenset[str] = UNASKED
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers. known: False = nobody owns the number called, the default service answers (SPEC §4.1);
    suspended: the tenant is suspended, its callers hear `tenant_suspended` and nothing else (SPEC §2.1)."""

    service: Service
    known: bool = True
    suspended: bool = False


class NobodyAnswers(LookupError):
    """The number is unknown and there is no default service: the call is not ours to take."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbering plan at one moment: immutable, replaced as a whole when the tables change."""

    services: Mapping[str, Service]
    dids: Mapping[str, str]  # number as `key()` writes it -> service code
    calendars: Mapping[str, Calendar]
    suspended: frozenset[int] = frozenset()
    extensions: Mapping[tuple[int, str], Extension] = field(default_factory=dict)  # by tenant and number

    def route(self, number: str) -> Route:
        """Who answers `number`, written in any of its forms; raises NobodyAnswers."""
        code = self.dids.get(key(number))
        service = self.services.get(code or DEFAULT)
        if service is None:
            raise NobodyAnswers(f"nobody owns the number {number!r}, and there is no service {DEFAULT!r}")
        return Route(service, known=code is not None, suspended=service.tenant in self.suspended)

    def owns(self, number: str) -> bool:
        """Does somebody in the house answer this number?"""
        return key(number) in self.dids

    def inside(self, extension: str, number: str) -> Route:
        """Who answers an extension of ours that has dialled `number`: whoever owns the number, else its own house.
        Raises NobodyAnswers."""
        if self.owns(number):
            return self.route(number)
        tenant = next((tenant for tenant, own in self.extensions if own == extension), None)
        for service in self.services.values():
            if service.tenant == tenant and service.code != DEFAULT:
                return Route(service, suspended=tenant in self.suspended)
        return self.route(number)


def key(number: str) -> str:
    """One spelling for all the ways to write a number called; extensions and short numbers stay as they are."""
    return e164(number) or number.strip()
