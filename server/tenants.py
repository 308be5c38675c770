"""Whose data a command at the side door is about."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.refusal import Code, Refused
from db.tenant import HOME, Tenant
from server.beside import Words


def meant(session: Session, words: Words) -> Tenant:
    """words["tenant"]: the code of a leased tenant; "" or nothing: the house itself. E_NOT_FOUND."""
    code = str(words.get("tenant") or "")
    tenant = session.scalar(select(Tenant).where(Tenant.code == code if code else Tenant.id == HOME))
    if tenant is None and code:
        raise Refused(Code.NOT_FOUND, f"没有租户“{code}”。", f"There is no tenant “{code}”.")
    if tenant is None:
        raise Refused(
            Code.NOT_FOUND, "这里还没有数据，请先启动一次。", "There is no house here yet: start it once first."
        )
    return tenant
