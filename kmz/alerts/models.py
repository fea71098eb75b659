"""Who wants to hear of which courses."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.catalog.models import Course
from kmz.db import Base, Moment, text_of


class Alert(Base):
    """Whose wish it is, and the proof that they wanted it; the columns of both tables.

    A customer's mails go to the address of the account (`email` stays ""). A guest confirms the own
    address first (double opt-in, L32): until `confirmed_at` nothing is sent; the link's token is
    kept as a hash, the client addresses as fingerprints. `end_key` stands in the link that ends it;
    a guest who asks for the same again gets the same key.
    """

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str] = mapped_column(text_of(254), default="")
    email_key: Mapped[str | None] = mapped_column(text_of(254), index=True)
    end_key: Mapped[str] = mapped_column(text_of(32), index=True)
    confirm_token_hash: Mapped[str | None] = mapped_column(text_of(64), unique=True)
    text_version: Mapped[str] = mapped_column(text_of(20), default="")
    asked_from: Mapped[str] = mapped_column(text_of(64), default="")
    confirmed_from: Mapped[str] = mapped_column(text_of(64), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)


class SavedSearch(Alert):
    """A Suchabo: `query` is the canonical query string of a course list, `name` says it in words.

    Courses published after `checked_until` are news; `mailed_at` is the last mail about them.
    """

    __tablename__ = "saved_search"
    __table_args__ = (
        CheckConstraint("customer_id is not null or email_key is not null", name="owner"),
    )

    name: Mapped[str] = mapped_column(text_of(200))
    query: Mapped[str] = mapped_column(Text)
    checked_until: Mapped[datetime] = mapped_column(Moment)
    mailed_at: Mapped[datetime | None] = mapped_column(Moment)


class SeatAlert(Alert):
    """Who wants to know when a full course has free seats again; over with its one mail."""

    __tablename__ = "seat_alert"
    __table_args__ = (
        CheckConstraint("customer_id is not null or email_key is not null", name="owner"),
        UniqueConstraint("course_id", "customer_id"),
    )

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"))
    course: Mapped[Course] = relationship(lazy="raise_on_sql")
