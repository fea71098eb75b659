"""Requests, bookings and their events."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.accounts.models import CustomerAccount
from kmz.catalog.models import Course
from kmz.db import Base, Moment, text_of


class BookingStatus(StrEnum):
    """The states of domain.md 1.6; German names in `rules.STATUS_NAMES`. Who waits for a seat has a
    `WaitlistEntry` instead.
    """

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED_BY_CUSTOMER = "cancelled_by_customer"
    WITHDRAWN = "withdrawn"
    REBOOKED = "rebooked"
    CANCELLED_BY_PROVIDER = "cancelled_by_provider"


SEAT_HOLDING = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)
_ALIVE = text("status in ('requested', 'confirmed')")


class PaymentMethod(StrEnum):
    """How a request is paid (domain.md 1.10); NONE where nothing costs."""

    SEPA_DIRECT_DEBIT = "sepa_direct_debit"
    BANK_TRANSFER = "bank_transfer"
    CASH_OFFICE = "cash_office"
    NONE = "none"


class ConcessionStatus(StrEnum):
    """Whether an Ermäßigung was asked for and shown to be right (domain.md 1.5)."""

    NONE = "none"
    CLAIMED = "claimed"
    VERIFIED = "verified"
    REFUSED = "refused"


class ConcessionReason(Base):
    """Why somebody may pay less. `percent` is what is taken off where a course has no reduced fee
    of its own.
    """

    __tablename__ = "concession_reason"
    __table_args__ = (CheckConstraint("percent between 1 and 100", name="percent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(text_of(30), unique=True)
    label: Mapped[str] = mapped_column(text_of(150))
    percent: Mapped[int]
    needs_proof: Mapped[bool] = mapped_column(default=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class BookingRequest(Base):
    """One click on "Zahlungspflichtig buchen": a Buchungsvorgang with one or more bookings.

    `contract_partner` and `accepted_texts` are frozen copies of what was agreed (L06).
    `total_cents` is the price agreed for all of it, also after an Ermäßigung or an Umbuchung; what
    Storno and Widerruf change is in `Booking.fee_cents`. Guests have no customer (L23); `guest_key`
    is the digest of their address, by which an account finds its requests later, and `link_hash`
    that of the token in their mail, by which they see them.
    """

    __tablename__ = "booking_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(text_of(20), unique=True)
    draft_key: Mapped[str] = mapped_column(text_of(64), unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer_account.id"), index=True)
    guest_key: Mapped[str | None] = mapped_column(text_of(64), index=True)
    link_hash: Mapped[str | None] = mapped_column(text_of(64), unique=True)
    payment_method: Mapped[str] = mapped_column(text_of(20), default=PaymentMethod.NONE)
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("sepa_mandate.id"))
    total_cents: Mapped[int]
    remark: Mapped[str] = mapped_column(text_of(500), default="")
    contract_partner: Mapped[dict[str, Any]] = mapped_column(JSON)
    accepted_texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    # Since when its people want to be reminded before their courses begin (None: they do not).
    reminders_since: Mapped[datetime | None] = mapped_column(Moment)
    customer: Mapped[CustomerAccount | None] = relationship(lazy="raise_on_sql")
    bookings: Mapped[list["Booking"]] = relationship(
        back_populates="request", lazy="raise_on_sql", order_by="Booking.id"
    )

    @property
    def partner_name(self) -> str:
        """The Vertragspartner, as it was agreed."""
        partner = self.contract_partner
        return f"{partner['first_name']} {partner['last_name']}"

    @property
    def email(self) -> str:
        """Where mails about it go: the customer's present address, or the guest's; may be ""."""
        if self.customer is not None:
            return self.customer.email
        return str(self.contract_partner.get("email", ""))


class Booking(Base):
    """One participant in one course. `agreed` is the frozen course data the customer saw.

    `fee_cents` is what is owed now: the full fee until a concession is verified, the cost of a
    Storno after it, nothing after a Widerruf. `concession_fee_cents` is the reduced fee that was
    asked for, `paid_cents` what has been collected. `sequence` counts the changes of its entry in
    calendars. `told` is what was last said of the course's Termine, places and Kursleitung after
    the booking (None: nothing since `agreed`), and `told_version` the version of the course up to
    which nothing is left to say (`booking.notices`).

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
            sqlite_where=_ALIVE,
            postgresql_where=_ALIVE,
        ),
        Index("ix_booking_customer_id_status", "customer_id", "status"),
        Index("ix_booking_status_requested_at", "status", "requested_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("booking_request.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer_account.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    participant_first_name: Mapped[str] = mapped_column(text_of(100))
    participant_last_name: Mapped[str] = mapped_column(text_of(100))
    participant_key: Mapped[str] = mapped_column(text_of(250))
    participant_birth_date: Mapped[date | None]
    is_minor: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(text_of(30))
    fee_cents: Mapped[int]
    concession_reason_id: Mapped[int | None] = mapped_column(
        ForeignKey("concession_reason.id"), index=True
    )
    concession_status: Mapped[str] = mapped_column(text_of(20), default=ConcessionStatus.NONE)
    concession_fee_cents: Mapped[int | None]
    paid_cents: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date | None]
    agreed: Mapped[dict[str, Any]] = mapped_column(JSON)
    requested_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    sequence: Mapped[int] = mapped_column(default=0)
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    told_version: Mapped[int] = mapped_column(default=0)
    rebooked_to_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    request: Mapped[BookingRequest] = relationship(back_populates="bookings", lazy="raise_on_sql")
    customer: Mapped[CustomerAccount | None] = relationship(lazy="raise_on_sql")
    course: Mapped[Course] = relationship(lazy="raise_on_sql")
    concession_reason: Mapped[ConcessionReason | None] = relationship(lazy="raise_on_sql")
    events: Mapped[list["BookingEvent"]] = relationship(
        lazy="raise_on_sql", order_by="BookingEvent.id", cascade="all, delete-orphan"
    )

    @property
    def participant_name(self) -> str:
        return f"{self.participant_first_name} {self.participant_last_name}"

    @property
    def open_cents(self) -> int:
        """What is still to be paid."""
        return max(0, self.fee_cents - self.paid_cents)

    @property
    def awaits_proof(self) -> bool:
        """Whether an Ermäßigung was asked for about which the office can still decide."""
        return self.concession_status == ConcessionStatus.CLAIMED and self.status in SEAT_HOLDING

    @property
    def has_no_withdrawal_right(self) -> bool:
        """Whether the Widerrufsrecht was excluded when it was booked, and still is (L12): nobody
        loses it afterwards. Needs the course.
        """
        present = self.course.withdrawal_right
        agreed: str = self.agreed.get("withdrawal_right", present)
        return "excluded" == present == agreed


class BookingEvent(Base):
    """One change of a booking's state, a decision about its Ermäßigung (`CONCESSION_EVENTS`),
    money that went back (REFUNDED, the amount as `reason`), or that a change of the course was told
    (CHANGE_TOLD, with what changed); else `reason` is what staff gave.
    """

    __tablename__ = "booking_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), index=True
    )
    status: Mapped[str] = mapped_column(text_of(30))
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(text_of(40))
    reason: Mapped[str] = mapped_column(text_of(300), default="")
