"""Leaving a course again: Storno (contract), Widerruf (law), and money that goes back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.booking.models.bookings import Booking
from kmz.db import Base, Moment, text_of


class Cancellation(Base):
    """A Stornierung by the customer, with what it cost by the policy as agreed."""

    __tablename__ = "cancellation"

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), unique=True
    )
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(text_of(40))
    fee_cents: Mapped[int]
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    booking: Mapped[Booking] = relationship(lazy="raise_on_sql")


class Withdrawal(Base):
    """A Widerruf as it was declared (L11-L20): never refused, never lost.

    `contract` is how the person named the contract; `is_withheld` says that no automatic receipt
    went out because too many came for one address, and that staff look at it ("[PRÜFEN]").
    """

    __tablename__ = "withdrawal"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(text_of(20), unique=True)
    key: Mapped[str] = mapped_column(text_of(64), unique=True)
    declared_at: Mapped[datetime] = mapped_column(Moment)
    name: Mapped[str] = mapped_column(text_of(200))
    contract: Mapped[str] = mapped_column(text_of(500))
    email: Mapped[str] = mapped_column(text_of(254))
    remark: Mapped[str] = mapped_column(text_of(1000), default="")
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="SET NULL"), index=True
    )
    is_withheld: Mapped[bool] = mapped_column(default=False)
    settled_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    settled_by: Mapped[str] = mapped_column(text_of(40), default="")
    note: Mapped[str] = mapped_column(text_of(500), default="")
    lines: Mapped[list["WithdrawalLine"]] = relationship(
        back_populates="withdrawal", lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class WithdrawalLine(Base):
    """A booking that a Widerruf means: chosen by the logged-in customer, or found by staff."""

    __tablename__ = "withdrawal_line"
    __table_args__ = (UniqueConstraint("withdrawal_id", "booking_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    withdrawal_id: Mapped[int] = mapped_column(ForeignKey("withdrawal.id", ondelete="CASCADE"))
    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), index=True
    )
    withdrawal: Mapped[Withdrawal] = relationship(back_populates="lines", lazy="raise_on_sql")
    booking: Mapped[Booking] = relationship(lazy="raise_on_sql")


class Refund(Base):
    """Money that was paid and goes back by the way it came, at the latest on `due_on` (L20)."""

    __tablename__ = "refund"

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    amount_cents: Mapped[int]
    cause: Mapped[str] = mapped_column(text_of(30))
    noted_at: Mapped[datetime] = mapped_column(Moment)
    due_on: Mapped[date] = mapped_column(index=True)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    done_by: Mapped[str] = mapped_column(text_of(40), default="")
    booking: Mapped[Booking] = relationship(lazy="raise_on_sql")
