"""Mailed links that change an account: a new password, a new address."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kmz.db import Base, Moment, text_of


class PasswordReset(Base):
    """A mailed link to a new password: 60 minutes, once, bound to its customer (C28)."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(text_of(64), unique=True)
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class AddressChange(Base):
    """A wish for another mail address; it takes effect when the new mailbox confirms it.

    The customer asked for it, or staff did for them (`by`, with reason and the kinds of
    identification, L34). The old address is told; of a change made by staff it can take back, for
    72 hours, with the link of `objection_hash`.
    """

    __tablename__ = "address_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    old_email: Mapped[str] = mapped_column(text_of(254), default="")
    new_email: Mapped[str] = mapped_column(text_of(254))
    token_hash: Mapped[str] = mapped_column(text_of(64), unique=True)
    objection_hash: Mapped[str | None] = mapped_column(text_of(64), unique=True)
    by: Mapped[str] = mapped_column(text_of(40))
    reason: Mapped[str] = mapped_column(text_of(300), default="")
    identification: Mapped[str] = mapped_column(text_of(200), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    objected_at: Mapped[datetime | None] = mapped_column(Moment)
