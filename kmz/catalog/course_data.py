"""A course as the office's form hands it over."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class SessionData:
    """One Termin; the moments are aware, `room_id` empty means the new place of the form."""

    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    room_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseData:
    """The checked values of a course. `plain_fields` go to columns of the same name.

    `new_place` is (venue, room), `instructors` are (first name, last name), `description` is HTML
    as typed; it is sanitised when saved.
    """

    number: str
    plain_fields: dict[str, Any]
    description: str
    sessions: list[SessionData]
    instructors: list[tuple[str, str]]
    new_place: tuple[str, str] | None
