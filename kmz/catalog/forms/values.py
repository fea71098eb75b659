"""What the form shows of an existing course."""

from collections.abc import Sequence
from typing import Any

from kmz import clock
from kmz.catalog.forms.areas import NO_AREA
from kmz.catalog.forms.course import DEFAULT_POLICY, NO_PLACE
from kmz.catalog.forms.places import Places
from kmz.catalog.forms.typed import DAY_BEGINS, DAY_ENDS, write_moment
from kmz.catalog.models import Course, CourseSession, Room
from kmz.dates import format_day
from kmz.money import format_cents


def values_of(course: Course, rooms: Sequence[Room]) -> dict[str, Any]:
    """The values of `CourseForm`; details and semester of the course loaded, `rooms` all rooms.

    Saving them unchanged changes nothing. A room that all Termine share is the course's place.
    """
    room_ids = {session.room_id for session in course.sessions}
    shared = room_ids.pop() if len(room_ids) == 1 else None
    labels = Places(rooms).labels
    return {
        "number": course.number,
        "kind": course.kind,
        "title": course.title,
        "subtitle": course.subtitle,
        "description": course.description_html,
        "notes": course.notes_html,
        "program_area": course.program_area_id or NO_AREA,
        "semester": course.semester.code if course.semester else "",
        "instructors": "; ".join(link.instructor.full_name for link in course.instructor_links),
        "place": shared or NO_PLACE,
        "teaching_units": "" if course.teaching_units is None else str(course.teaching_units),
        "min_participants": str(course.min_participants),
        "max_participants": str(course.max_participants),
        "min_age": "" if course.min_age is None else str(course.min_age),
        "max_age": "" if course.max_age is None else str(course.max_age),
        "fee": _amount(course.fee_cents),
        "on_request": course.fee_cents is None,
        "reduced_fee": _amount(course.reduced_fee_cents),
        "opens": ""
        if course.opening_inherited
        else write_moment(course.booking_opens_at, default=DAY_BEGINS),
        "closes": write_moment(course.booking_closes_at, default=DAY_ENDS),
        "office_only": course.booking_channel == "office",
        "late_entry": course.late_entry,
        "waitlist_open": course.waitlist_open,
        "guaranteed": course.guaranteed,
        "policy": course.cancellation_policy_id or DEFAULT_POLICY,
        "withdrawal_right": course.withdrawal_right,
        "withdrawal_reason": course.withdrawal_reason,
        "version": str(course.version),
        "sessions": [
            _row(session, "" if shared or session.room_id is None else labels[session.room_id])
            for session in course.sessions
        ],
    }


def _amount(cents: int | None) -> str:
    return "" if cents is None else format_cents(cents).removesuffix("\N{NO-BREAK SPACE}€")


def _row(session: CourseSession, room: str) -> dict[str, str]:
    starts, ends = session.starts_at, session.ends_at
    return {
        "day": format_day(session.day),
        "starts": f"{clock.in_berlin(starts):%H:%M}" if starts else "",
        "ends": f"{clock.in_berlin(ends):%H:%M}" if ends else "",
        "room": room,
    }
