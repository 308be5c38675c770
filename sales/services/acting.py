"""How a service becomes a unit of work: `await acting.does(db, reserve, room, customer)`; or, if nobody need know that
it was denied, `await db.write(acting(reserve), room, customer)`."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from admin.actor import Actor
from db.cipher import Cipher
from db.refusal import Code, Refused
from db.tenant import HOME
from db.work import Database, Unreachable
from sales.money import amount
from sales.services.desk import Desk

P = ParamSpec("P")
T = TypeVar("T")

# what the database itself refuses (SPEC §2.3, guards), as each engine says it
_TAKEN = (
    "one_live_hold", "one_live_deal", "hold.room_id", "deal.room_id",
    "the room has an active hold", "the room has a live deal",
)  # fmt: skip
_NUMBER = ("uq_contract_contract_no_id", "contract.contract_no_id")
DENIED = frozenset({Code.PERM, Code.LIMIT})  # somebody has tried what they may not; other refusals are daily work
_UNIQUE = ("UNIQUE constraint failed", "duplicate key value")


@dataclass(frozen=True)
class Acting:
    """Somebody at work: calling it with a service gives the unit of work that does it, each time at its own moment."""

    actor: Actor
    clock: Callable[[], datetime]
    cipher: Cipher | None = None
    tenant: int = HOME

    def __call__(self, service: Callable[Concatenate[Desk, P], T]) -> Callable[Concatenate[Session, P], T]:
        @wraps(service)
        def unit(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
            try:
                result = service(self.at(session), *args, **kwargs)
                session.flush()
            except StaleDataError as error:
                raise changed() from error
            except IntegrityError as error:
                refused = _refusal(error)
                if refused is None:
                    raise
                raise refused from error
            except (DBAPIError, UnicodeEncodeError, OverflowError) as error:
                if _kept(error):
                    raise
                raise amount.invalid(
                    "有内容过长、超出范围或含有无法保存的字符",
                    "Something is too long, beyond all bounds, or has signs in it that cannot be kept",
                ) from error
            return result

        return unit

    async def does(
        self, db: Database, service: Callable[Concatenate[Desk, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The unit of work, done. What is denied leaves a row in the audit although nothing of it was done (S3-54)."""
        try:
            return await db.write(self(service), *args, **kwargs)
        except Refused as refused:
            if refused.code in DENIED:
                with suppress(Unreachable):
                    await db.write(self._note_denied, service.__name__, refused)
            raise

    def _note_denied(self, session: Session, what: str, refused: Refused) -> None:
        told = {"code": refused.code.value, **refused.details}
        self.at(session).note(what, "act", None, None, told, result="denied")

    def at(self, session: Session) -> Desk:
        """For several acts in one unit of work. What the database refuses then comes as it is."""
        return Desk(session, self.actor, self.clock(), self.cipher, self.tenant)


def changed() -> Refused:
    return Refused(
        Code.CONFLICT,
        "资料刚被他人修改，请刷新后重试。",
        "Somebody else has just changed this: look again, then repeat.",
    )


def _kept(error: Exception) -> bool:
    """Is it anything but a value that no column can hold (SQLSTATE class 22, or refused by the driver)?"""
    return isinstance(error, DBAPIError) and not str(getattr(error.orig, "sqlstate", "")).startswith("22")


def _refusal(error: IntegrityError) -> Refused | None:
    said = str(error.orig)
    if any(word in said for word in _TAKEN):
        return Refused(Code.ROOM_TAKEN, "该房间刚被他人占用。", "Somebody else has just taken this room.")
    if any(word in said for word in _NUMBER):
        return Refused(Code.CONTRACT_NO, "该合同编号已被使用。", "This contract number has been used already.")
    if any(word in said for word in _UNIQUE):
        return Refused(Code.DUPLICATE, "编号重复，已有相同的记录。", "There is one with this number or name already.")
    return None
