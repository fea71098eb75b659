"""The audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from kmz.db import Base, Moment, text_of


class AuditEntry(Base):
    """One change: the actor ("customer:7", "staff:1", "system"), what was done, to what, details.

    Details hold ids, old and new values of plain fields; never passwords, tokens or IBANs.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_object", "object_kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor: Mapped[str] = mapped_column(text_of(40))
    action: Mapped[str] = mapped_column(text_of(60))
    object_kind: Mapped[str] = mapped_column(text_of(40))
    object_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
