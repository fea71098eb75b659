"""Carts, booking drafts, requests, bookings and their events."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.accounts.models import CustomerAccount
from kmz.catalog.models import Course
from kmz.db import Base, Moment, text_of


class BookingStatus(StrEnum):
    """The states of domain.md 1.6 that exist so far; German names in `rules.STATUS_NAMES`."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CANCELLED_BY_PROVIDER = "cancelled_by_provider"


SEAT_HOLDING = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)
_ACTIVE = text("status in ('requested', 'confirmed')")


class Participant(Base):
    """A Teilnehmende Person of a customer: who else may be booked (domain.md 1.9). Never an
    address or phone of a child; the birth date only where a course has asked for it.
    """

    __tablename__ = "participant"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    first_name: Mapped[str] = mapped_column(text_of(100))
    last_name: Mapped[str] = mapped_column(text_of(100))
    birth_date: Mapped[date | None]
    relation: Mapped[str] = mapped_column(text_of(20), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)


class Cart(Base):
    """A Warenkorb: of a customer, or of a visitor who holds its token in a cookie (digest here)."""

    __tablename__ = "cart"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str | None] = mapped_column(text_of(64), unique=True)
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), unique=True
    )
    changed_at: Mapped[datetime] = mapped_column(Moment, index=True)


class CartItem(Base):
    """A course in a cart; it holds no seat."""

    __tablename__ = "cart_item"
    __table_args__ = (UniqueConstraint("cart_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"), index=True)
    added_at: Mapped[datetime] = mapped_column(Moment)
    course: Mapped[Course] = relationship(lazy="raise_on_sql")


class BookingDraft(Base):
    """A filled-in Anmeldeformular before the last click. `key` stands in its address and makes the
    booking idempotent: one draft becomes at most one request."""

    __tablename__ = "booking_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(text_of(64), unique=True)
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(Moment, index=True)


class BookingRequest(Base):
    """One click on "Zahlungspflichtig buchen": a Buchungsvorgang with one or more bookings.

    `contract_partner` and `accepted_texts` are frozen copies of what was agreed (L06).
    """

    __tablename__ = "booking_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(text_of(20), unique=True)
    draft_key: Mapped[str] = mapped_column(text_of(64), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer_account.id"), index=True)
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("sepa_mandate.id"))
    total_cents: Mapped[int]
    remark: Mapped[str] = mapped_column(text_of(500), default="")
    contract_partner: Mapped[dict[str, Any]] = mapped_column(JSON)
    accepted_texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    customer: Mapped[CustomerAccount] = relationship(lazy="raise_on_sql")
    bookings: Mapped[list["Booking"]] = relationship(
        back_populates="request", lazy="raise_on_sql", order_by="Booking.id"
    )


class Booking(Base):
    """One participant in one course. `agreed` is the frozen course data the customer saw.

    The unique index keeps a person from being booked into one course twice while a booking is
    alive.
    """

    __tablename__ = "booking"
    __table_args__ = (
        Index(
            "uq_booking_course_id_participant_key",
            "course_id",
            "participant_key",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        Index("ix_booking_customer_id_status", "customer_id", "status"),
        Index("ix_booking_status_requested_at", "status", "requested_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("booking_request.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer_account.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    participant_first_name: Mapped[str] = mapped_column(text_of(100))
    participant_last_name: Mapped[str] = mapped_column(text_of(100))
    participant_key: Mapped[str] = mapped_column(text_of(250))
    status: Mapped[str] = mapped_column(text_of(30))
    fee_cents: Mapped[int]
    agreed: Mapped[dict[str, Any]] = mapped_column(JSON)
    requested_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    request: Mapped[BookingRequest] = relationship(back_populates="bookings", lazy="raise_on_sql")
    customer: Mapped[CustomerAccount] = relationship(lazy="raise_on_sql")
    course: Mapped[Course] = relationship(lazy="raise_on_sql")
    events: Mapped[list["BookingEvent"]] = relationship(
        lazy="raise_on_sql", order_by="BookingEvent.id", cascade="all, delete-orphan"
    )

    @property
    def participant_name(self) -> str:
        return f"{self.participant_first_name} {self.participant_last_name}"


class BookingEvent(Base):
    """One change of a booking's state; `reason` is what staff gave for it."""

    __tablename__ = "booking_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), index=True
    )
    status: Mapped[str] = mapped_column(text_of(30))
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(text_of(40))
    reason: Mapped[str] = mapped_column(text_of(300), default="")
