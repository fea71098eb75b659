"""Who wants to hear of which courses."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.catalog.models import Course
from kmz.db import Base, Moment, text_of


class SavedSearch(Base):
    """A Suchabo: `query` is the canonical query string of a course list.

    Guests (`customer_id` empty) confirm their address first (`confirmed_at`); the link's token is
    kept as a hash. Courses published after `checked_until` are news.
    """

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str] = mapped_column(text_of(254), index=True)
    name: Mapped[str] = mapped_column(text_of(200))
    query: Mapped[str] = mapped_column(Text)
    confirm_token_hash: Mapped[str | None] = mapped_column(text_of(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    checked_until: Mapped[datetime] = mapped_column(Moment)


class SeatAlert(Base):
    """Who wants to know when a full course has free seats again; over with its one mail."""

    __tablename__ = "seat_alert"
    __table_args__ = (UniqueConstraint("course_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"))
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str] = mapped_column(text_of(254), index=True)
    confirm_token_hash: Mapped[str | None] = mapped_column(text_of(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    course: Mapped[Course] = relationship(lazy="raise_on_sql")
