"""The Merkliste."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.catalog.models.courses import Course
from kmz.db import Base, Moment, text_of


class WatchlistItem(Base):
    """A course on a customer's Merkliste.

    The `noted_` columns say how it was then, so that the list can tell what changed since:
    its `CourseAvailability` and a fingerprint of days, times and places. "" means unknown.
    """

    __tablename__ = "watchlist_item"
    __table_args__ = (UniqueConstraint("customer_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer_account.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"), index=True)
    added_at: Mapped[datetime] = mapped_column(Moment)
    noted_state: Mapped[str] = mapped_column(text_of(20), default="")
    noted_sessions: Mapped[str] = mapped_column(text_of(64), default="")
    course: Mapped[Course] = relationship(lazy="raise_on_sql")
