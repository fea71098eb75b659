"""The Warteliste: entries in the order in which they came, and offers of freed seats."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.accounts.models import CustomerAccount
from kmz.catalog.models import Course
from kmz.db import Base, Moment, text_of


class WaitlistStatus(StrEnum):
    """What became of an entry; only WAITING and OFFERED are still on the list."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    LEFT = "left"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REMOVED = "removed"


class OfferOutcome(StrEnum):
    """What became of a Nachrückangebot."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    TAKEN_BACK = "taken_back"


_ON_THE_LIST = text("status in ('waiting', 'offered')")


class WaitlistEntry(Base):
    """One person who waits for one course; not binding and free (domain.md 1.7).

    The order is that of the ids. Guests have no customer; `email` is where they are told, and
    `link_hash` the digest of the token by which they see and leave their place. Entries with the
    same `group_key` wait for "einen von diesen" courses: who gets one leaves the others.
    """

    __tablename__ = "waitlist_entry"
    __table_args__ = (
        Index(
            "uq_waitlist_entry_course_id_participant_key",
            "course_id",
            "participant_key",
            unique=True,
            sqlite_where=_ON_THE_LIST,
            postgresql_where=_ON_THE_LIST,
        ),
        Index("ix_waitlist_entry_course_id_status", "course_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"))
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str] = mapped_column(text_of(254), default="")
    link_hash: Mapped[str | None] = mapped_column(text_of(64), unique=True)
    participant_first_name: Mapped[str] = mapped_column(text_of(100))
    participant_last_name: Mapped[str] = mapped_column(text_of(100))
    participant_key: Mapped[str] = mapped_column(text_of(250))
    birth_date: Mapped[date | None]
    group_key: Mapped[str | None] = mapped_column(text_of(64), index=True)
    status: Mapped[str] = mapped_column(text_of(20))
    waitlisted_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    course: Mapped[Course] = relationship(lazy="raise_on_sql")
    customer: Mapped[CustomerAccount | None] = relationship(lazy="raise_on_sql")
    offers: Mapped[list["WaitlistOffer"]] = relationship(
        back_populates="entry",
        lazy="raise_on_sql",
        order_by="WaitlistOffer.id",
        cascade="all, delete-orphan",
    )

    @property
    def participant_name(self) -> str:
        return f"{self.participant_first_name} {self.participant_last_name}"

    @property
    def recipient(self) -> str:
        """Where mails about it go: the customer's present address, or the guest's; may be ""."""
        return self.customer.email if self.customer else self.email

    @property
    def recipient_name(self) -> str:
        return self.customer.full_name if self.customer else self.participant_name


class WaitlistOffer(Base):
    """A freed seat that is kept for one entry until `until`; `reason` is what staff gave who made
    the offer out of turn.
    """

    __tablename__ = "waitlist_offer"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("waitlist_entry.id", ondelete="CASCADE"), index=True
    )
    offered_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(text_of(20), default=OfferOutcome.OPEN)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(text_of(40))
    reason: Mapped[str] = mapped_column(text_of(300), default="")
    entry: Mapped[WaitlistEntry] = relationship(back_populates="offers", lazy="raise_on_sql")
