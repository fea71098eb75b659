"""A course in the words of schema.org, for search engines and everybody who reads along (JSON-LD).

The properties are those of `Course`, `CourseInstance`, `Event`, `Offer` and `Schedule`; what is not
known is left out, because an empty value is a wrong one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kmz import clock
from kmz.catalog.models import Course, CourseSession, Room
from kmz.catalog.rules import Availability, CourseAvailability
from kmz.sanitising import plain_text

_SCHEMA = "https://schema.org"
_LONGEST_TEXT = 1000
_UNIT_MINUTES = 45
_OFFERED = {
    CourseAvailability.CANCELLED: "Discontinued",
    CourseAvailability.FINISHED: "Discontinued",
    CourseAvailability.NOT_OPEN_YET: "PreOrder",
    CourseAvailability.CLOSED: "OutOfStock",
    CourseAvailability.OFFICE_ONLY: "InStoreOnly",
    CourseAvailability.RUNNING_BOOKABLE: "InStock",
    CourseAvailability.RUNNING: "OutOfStock",
    CourseAvailability.WAITLIST: "SoldOut",
    CourseAvailability.FULL: "SoldOut",
    CourseAvailability.FEW: "LimitedAvailability",
    CourseAvailability.FREE: "InStock",
}
_MODES = {
    "onsite": ("Onsite", "OfflineEventAttendanceMode"),
    "online": ("Online", "OnlineEventAttendanceMode"),
    "hybrid": ("Blended", "MixedEventAttendanceMode"),
}


@dataclass(frozen=True, slots=True)
class Provider:
    """Who offers the course."""

    name: str
    url: str


def structured_data(
    course: Course, state: Availability, *, url: str, provider: Provider
) -> dict[str, Any]:
    """The JSON-LD of a course page; the course comes with everything (`course_details`)."""
    house = {"@type": "Organization", "name": provider.name, "url": provider.url}
    area = course.program_area
    return _known(
        {
            "@context": _SCHEMA,
            "@type": "Course",
            "@id": url,
            "url": url,
            "name": course.title,
            "alternateName": course.subtitle,
            "description": plain_text(course.description_html)[:_LONGEST_TEXT] or course.title,
            "courseCode": course.number,
            "inLanguage": "de",
            "provider": house,
            "about": area.line if area else "",
            "educationalLevel": course.level,
            "coursePrerequisites": course.requirements,
            "audience": _audience(course),
            "typicalAgeRange": _ages(course),
            "keywords": ", ".join(course.tags),
            "offers": _offer(course, state, url),
            "hasCourseInstance": _instance(course, state, url, house),
        }
    )


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _audience(course: Course) -> dict[str, Any] | None:
    if not course.target_group:
        return None
    return {"@type": "Audience", "audienceType": course.target_group}


def _ages(course: Course) -> str:
    if not course.has_age_limit:
        return ""
    least = "" if course.min_age is None else str(course.min_age)
    most = "" if course.max_age is None else str(course.max_age)
    return f"{least or 0}-{most}"


def _offer(course: Course, state: Availability, url: str) -> dict[str, Any] | None:
    """The whole fee (PAngV § 3); none where it is told on request only."""
    if course.fee_cents is None:
        return None
    opens, closes = course.booking_opens_at, course.booking_closes_at
    return _known(
        {
            "@type": "Offer",
            "category": "Paid" if course.fee_cents else "Free",
            "price": f"{course.fee_cents / 100:.2f}",
            "priceCurrency": "EUR",
            "availability": f"{_SCHEMA}/{_OFFERED[state.code]}",
            "url": url,
            "validFrom": opens.isoformat() if opens else "",
            "availabilityEnds": closes.isoformat() if closes else "",
        }
    )


def _instance(
    course: Course, state: Availability, url: str, house: dict[str, Any]
) -> dict[str, Any]:
    mode, attendance = _MODES[course.format]
    held = [session for session in course.sessions if not session.is_cancelled]
    cancelled = state.code is CourseAvailability.CANCELLED
    status = f"{_SCHEMA}/{'EventCancelled' if cancelled else 'EventScheduled'}"
    minutes = (course.teaching_units or 0) * _UNIT_MINUTES
    first = held[0] if held else None
    return _known(
        {
            "@type": "CourseInstance",
            "@id": f"{url}#termine",
            "name": course.title,
            "courseMode": mode,
            "eventAttendanceMode": f"{_SCHEMA}/{attendance}",
            "eventStatus": status,
            "startDate": _begin(first) if first else _day(course.starts_on),
            "endDate": _end(held[-1]) if held else _day(course.ends_on),
            "courseWorkload": f"PT{minutes}M" if minutes else "",
            "location": _location(course, first, url),
            "instructor": [
                {"@type": "Person", "name": link.instructor.full_name}
                for link in course.instructor_links
            ],
            "organizer": house,
            "maximumAttendeeCapacity": course.max_participants or None,
            "remainingAttendeeCapacity": course.seats_free,
            "isAccessibleForFree": course.fee_cents == 0,
            "subEvent": [_session(course, session, status) for session in held],
        }
    )


def _session(course: Course, session: CourseSession, status: str) -> dict[str, Any]:
    """One Termin; its place is told where it is another one than the first."""
    moved = session.room if session.room_id != course.sessions[0].room_id else None
    return _known(
        {
            "@type": "Event",
            "name": course.title,
            "startDate": _begin(session),
            "endDate": _end(session),
            "eventStatus": status,
            "location": _place(moved) if moved else None,
        }
    )


def _day(day: object) -> str:
    return str(day) if day else ""


def _begin(session: CourseSession) -> str:
    """With the offset of Berlin where a time is known, else the day alone."""
    starts_at = session.starts_at
    return clock.in_berlin(starts_at).isoformat() if starts_at else session.day.isoformat()


def _end(session: CourseSession) -> str:
    ends_at = session.ends_at
    return clock.in_berlin(ends_at).isoformat() if ends_at else session.day.isoformat()


def _location(course: Course, session: CourseSession | None, url: str) -> dict[str, Any] | None:
    if course.format == "online":
        return {"@type": "VirtualLocation", "url": url}
    return _place(session.room) if session and session.room else None


def _place(room: Room) -> dict[str, Any]:
    venue = room.venue
    address = _known(
        {
            "streetAddress": venue.street,
            "postalCode": venue.postal_code,
            "addressLocality": venue.city,
        }
    )
    point = None
    if room.latitude is not None and room.longitude is not None:
        point = {
            "@type": "GeoCoordinates",
            "latitude": room.latitude,
            "longitude": room.longitude,
        }
    return _known(
        {
            "@type": "Place",
            "name": f"{venue.name}, {room.name}" if room.name else venue.name,
            "address": {"@type": "PostalAddress", "addressCountry": "DE", **address}
            if address
            else None,
            "geo": point,
        }
    )
