"""What a Merkliste remembers of a course, and what that tells about changes since (U40)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kmz.catalog.models import Course, CourseSession
from kmz.catalog.rules import Availability, CourseAvailability
from kmz.web.numbers import whole_number, whole_numbers

# Room for a visitor, in a cookie of 4 KB; for a customer; and for the courses of one shared link.
MAX_VISITOR, MAX_CUSTOMER, MAX_SHARED = 50, 200, 50


@dataclass(frozen=True, slots=True)
class Note:
    """A noted course and how it was then; "" where that is not known."""

    course_id: int
    state: str = ""
    sessions: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed since: in words, with a shape and a colour of its own."""

    code: str
    text: str
    icon: str
    css: str


def note_of(course: Course, state: Availability) -> Note:
    """How a course with its sessions and places is."""
    return Note(course.id, state.code, fingerprint(course.sessions))


def fingerprint(sessions: Sequence[CourseSession]) -> str:
    """Three short hashes: of the days, the times and the places of what takes place."""
    held = [session for session in sessions if not session.is_cancelled]
    days = sorted(session.day.isoformat() for session in held)
    times = sorted(f"{session.starts_at}/{session.ends_at}" for session in held)
    places = sorted({_place(session) for session in held})
    return ".".join(_hash(part) for part in (days, times, places))


def _place(session: CourseSession) -> str:
    room = session.room
    return f"{room.venue_id}/{room.name}" if room else ""


def _hash(parts: Iterable[str]) -> str:
    return hashlib.blake2b("|".join(parts).encode(), digest_size=3).hexdigest()


_FULL = {CourseAvailability.FULL, CourseAvailability.WAITLIST}
_OPEN = {
    CourseAvailability.FREE,
    CourseAvailability.FEW,
    CourseAvailability.RUNNING_BOOKABLE,
}
_CANCELLED = Change("cancelled", "Inzwischen abgesagt", "circle-x", "bad")
_SOLD_OUT = Change("full", "Inzwischen ausgebucht", "circle-alert", "bad")
_SCARCE = Change("few", "Inzwischen nur noch wenige Plätze", "triangle-alert", "warn")
_FREE_AGAIN = Change("free", "Wieder Plätze frei", "circle-check", "ok")
_OPENED = Change("opened", "Anmeldung jetzt möglich", "circle-check", "ok")
_PARTS = ("Termine", "Uhrzeiten", "Orte")


def changes_since(note: Note, course: Course, state: Availability) -> list[Change]:
    """What the person who noted the course should know, the weightiest first."""
    found = [change for change in (_change_of_state(note.state, state.code),) if change]
    if state.code in {CourseAvailability.CANCELLED, CourseAvailability.FINISHED}:
        return found
    return found + _moves(note.sessions, fingerprint(course.sessions))


def _change_of_state(before: str, now: CourseAvailability) -> Change | None:
    if not before or before == now:
        return None
    if now is CourseAvailability.CANCELLED:
        return _CANCELLED
    if now in _FULL:
        return None if before in _FULL else _SOLD_OUT
    if now in _OPEN and before in _FULL:
        return _FREE_AGAIN
    if now in _OPEN and before == CourseAvailability.NOT_OPEN_YET:
        return _OPENED
    return _SCARCE if now is CourseAvailability.FEW else None


def _moves(before: str, now: str) -> list[Change]:
    """Days that moved bring other moments along, so times are only named where no day moved."""
    if not before or before == now:
        return []
    pairs = zip(before.split("."), now.split("."), strict=False)
    moved = [part for part, (old, new) in zip(_PARTS, pairs, strict=False) if old != new]
    if _PARTS[0] in moved and _PARTS[1] in moved:
        moved.remove(_PARTS[1])
    text = f"Verlegt: neue {' und '.join(moved) or 'Termine'}"
    return [Change("moved", text, "calendar", "warn")]


def written(notes: Iterable[Note]) -> str:
    """Notes as one compact text, for a cookie."""
    return " ".join(f"{note.course_id}:{note.state}:{note.sessions}" for note in notes)


def read(text: str) -> list[Note]:
    """The notes behind such a text; what makes no sense is left out."""
    parts = [entry.split(":") for entry in text.split(" ")]
    found = [
        Note(course_id, entry[1], entry[2])
        for entry in parts
        if len(entry) == len(Note.__slots__) and (course_id := whole_number(entry[0])) is not None
    ]
    return found[:MAX_VISITOR]


def shared_ids(text: str) -> list[int]:
    """The courses of a shared link ("12-57-903"), each once and at most fifty."""
    return list(dict.fromkeys(whole_numbers(text[:1000].split("-"))))[:MAX_SHARED]
