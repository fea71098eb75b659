"""Since when courses can be booked, where the office said it for many of them at once."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, joinedload

from kmz.catalog.models import BookingOpening, Course, ProgramArea
from kmz.db import db
from kmz.errors import NotFoundError


def inherited_opening() -> ColumnElement[datetime | None]:
    """What the course of the surrounding statement inherits: from its Programmbereich, else from
    the one above, else from its semester; NULL where nothing was said.
    """
    area = aliased(ProgramArea)
    above = select(area.parent_id).where(area.id == Course.program_area_id)
    ways = (
        BookingOpening.program_area_id == Course.program_area_id,
        BookingOpening.program_area_id == above.correlate(Course).scalar_subquery(),
        BookingOpening.program_area_id.is_(None),
    )
    return func.coalesce(
        *(
            select(BookingOpening.opens_at)
            .where(BookingOpening.semester_id == Course.semester_id, way)
            .correlate(Course)
            .scalar_subquery()
            for way in ways
        )
    )


def list_openings() -> list[BookingOpening]:
    """All of them, the latest semester first; a semester's own before its Programmbereiche."""
    query = select(BookingOpening).options(*_names())
    return sorted(
        db.session.scalars(query),
        key=lambda row: (
            tuple(-ord(sign) for sign in row.semester.code),
            row.program_area.code if row.program_area else "",
        ),
    )


def get_opening(opening_id: int) -> BookingOpening:
    """With the names of its semester and Programmbereich."""
    query = select(BookingOpening).where(BookingOpening.id == opening_id).options(*_names())
    row = db.session.scalar(query)
    if row is None:
        raise NotFoundError
    return row


def _names() -> tuple:  # type: ignore[type-arg]
    area = joinedload(BookingOpening.program_area).joinedload(ProgramArea.parent)
    return (joinedload(BookingOpening.semester), area)
