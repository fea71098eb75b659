"""Adding audit entries inside the transaction that makes the change."""

from typing import Protocol

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kmz import clock
from kmz.audit.models import AuditEntry
from kmz.db import connection_of


class Actor(Protocol):
    """Whoever acts: a customer, a member of staff, or the system itself."""

    @property
    def actor_name(self) -> str: ...


class _System:
    actor_name = "system"


class _Visitor:
    actor_name = "visitor"


SYSTEM: Actor = _System()
# Somebody without a login: who opens a mailed link, or fills in a public form.
VISITOR: Actor = _Visitor()
_ENTRY = insert(AuditEntry).inline()


def record(
    session: Session,
    action: str,
    *,
    by: Actor,
    kind: str,
    object_id: int | None = None,
    **details: object,
) -> None:
    """Note that `by` did `action` (a past participle with its domain, "booking.confirmed")."""
    entry = {
        "at": clock.now(),
        "actor": by.actor_name,
        "action": action,
        "object_kind": kind,
        "object_id": object_id,
        "details": details,
    }
    connection_of(session).execute(_ENTRY, entry)
