"""On which terms a course is booked and left: when booking opens, what leaving costs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.catalog.models.programme import ProgramArea, Semester
from kmz.db import Base, Moment, text_of

_DEFAULT = text("is_default")
_WHOLE = text("program_area_id is null")


class CancellationPolicy(Base):
    """Stornobedingungen (domain.md 1.8).

    `steps` are rows of `{"days": n, "percent": p, "cents": c}`: from n days before the first
    session on, leaving costs p percent of the fee plus c cents; before the earliest it is free. One
    policy is the default for courses that name none.
    """

    __tablename__ = "cancellation_policy"
    __table_args__ = (
        Index(
            "uq_cancellation_policy_is_default",
            "is_default",
            unique=True,
            sqlite_where=_DEFAULT,
            postgresql_where=_DEFAULT,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(text_of(100), unique=True)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(text_of(500), default="")
    is_default: Mapped[bool] = mapped_column(default=False)


class BookingOpening(Base):
    """Since when the courses of a semester, or of one Programmbereich in it, can be booked; the
    Programmbereich wins over the semester, a course's own time over both. Courses carry what they
    inherit in `booking_opens_at` (`actions/booking_openings.py`).
    """

    __tablename__ = "booking_opening"
    __table_args__ = (
        UniqueConstraint("semester_id", "program_area_id"),
        Index(
            "uq_booking_opening_semester_id",
            "semester_id",
            unique=True,
            sqlite_where=_WHOLE,
            postgresql_where=_WHOLE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    semester_id: Mapped[int] = mapped_column(ForeignKey("semester.id", ondelete="CASCADE"))
    program_area_id: Mapped[int | None] = mapped_column(
        ForeignKey("program_area.id", ondelete="CASCADE"), index=True
    )
    opens_at: Mapped[datetime] = mapped_column(Moment)
    semester: Mapped[Semester] = relationship(lazy="raise_on_sql")
    program_area: Mapped[ProgramArea | None] = relationship(lazy="raise_on_sql")
