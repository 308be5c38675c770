"""Who acts, and what they may (SPEC §2.10). Pure."""

from dataclasses import dataclass

from admin.right import NAMES, Right
from admin.role import ROLES, Field, Scope
from db.refusal import Code, Refused


@dataclass(frozen=True)
class Actor:
    """name: as it stands in logs. seller, group: the salesperson's and the group's id, if it is one. role: of ROLES.
    scope: on whose rows; masked: what of other people's customers is not read in full."""

    name: str
    rights: frozenset[Right] = frozenset()
    role: str = ""
    seller: int | None = None
    group: int | None = None
    scope: Scope = Scope.ALL
    masked: frozenset[Field] = frozenset()

    @classmethod
    def of(cls, name: str, role: str, seller: int | None = None, group: int | None = None) -> "Actor":
        """Somebody with the rights of a shipped role. KeyError for an unknown one."""
        shipped = ROLES[role]
        return cls(name, shipped.rights, role, seller, group, shipped.scope, shipped.masked)

    def may(self, right: Right) -> bool:
        return right in self.rights

    def must(self, *rights: Right) -> None:
        """E_PERM unless one of these rights is held."""
        if not self.rights.intersection(rights):
            wanted = NAMES[rights[0]]
            raise Refused(
                Code.PERM,
                f"{self.name}没有“{wanted.zh}”的权限。",
                f"{self.name} is not permitted to {wanted.en}.",
                right=rights[0].value,
            )


# what the clock does on its own: expiry, prices that take effect, alerts
CLOCK = Actor("clock", frozenset(Right), "clock")
