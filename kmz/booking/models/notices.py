"""What has changed in courses that people booked, and is not decided yet."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.catalog.models import Course
from kmz.db import Base, Moment


class CourseChange(Base):
    """A course that is other than what its participants were last told: the office decides who is.

    `lines` say what changed, as it was seen at `version` of the course.
    """

    __tablename__ = "course_change"

    course_id: Mapped[int] = mapped_column(
        ForeignKey("course.id", ondelete="CASCADE"), primary_key=True
    )
    noticed_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int]
    lines: Mapped[list[str]] = mapped_column(JSON)
    course: Mapped[Course] = relationship(lazy="raise_on_sql")
