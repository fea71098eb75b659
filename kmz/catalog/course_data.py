"""A course as the office's form hands it over."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class SessionData:
    """One Termin; the moments are aware, `room_id` empty means the new place or none."""

    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    room_id: int | None


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place to be found or made; an empty `room` stands for the venue as a whole."""

    venue: str
    street: str
    postal_code: str
    city: str
    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseData:
    """The checked values of a course.

    `plain_fields` go to columns of the same name, `description` and `notes` are HTML as typed (it
    is sanitised when saved), `instructors` full names in the order of the page, `semester_code` ""
    for none. `accepts_overbooking` says that staff know of more bookings than the new maximum.
    """

    number: str
    plain_fields: dict[str, Any]
    description: str
    notes: str
    sessions: list[SessionData]
    instructors: list[str]
    semester_code: str = ""
    new_place: NewPlace | None = None
    accepts_overbooking: bool = False
