"""What a person may in the end: the role, and what was granted or denied besides (SPEC §2.1 `grant`). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from admin.right import Right
from admin.role import Field, Role, Scope


@dataclass(frozen=True)
class Granted:
    """One line: a right allowed or denied, to a person or to a group of theirs (or one above it).

    scope: on whose rows, for what is allowed; masked: what is not read in full then.
    """

    right: Right
    allow: bool = True
    scope: Scope = Scope.OWN
    masked: frozenset[Field] = frozenset(Field)


@dataclass(frozen=True)
class Powers:
    """The sum: rights with the widest scope each is held in, and the fields that are masked whatever gave it."""

    scopes: dict[Right, Scope]
    masked: frozenset[Field]

    @property
    def rights(self) -> frozenset[Right]:
        return frozenset(self.scopes)

    @property
    def widest(self) -> Scope:
        return Scope.widest(self.scopes.values())


def settle(role: Role, grants: Iterable[Granted]) -> Powers:
    """Deny wins over allow, whoever gave either: a group's denial is not undone by what a person was allowed."""
    lines = list(grants)
    denied = {line.right for line in lines if not line.allow}
    held = dict.fromkeys(role.rights - denied, role.scope)
    masked = role.masked
    for line in lines:
        if line.allow and line.right not in denied:
            held[line.right] = Scope.widest((line.scope, held.get(line.right, Scope.OWN)))
            masked &= line.masked
    return Powers(held, masked)
