"""What the Merkliste shows of each course: its state now, and what changed since it was noted."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from kmz import clock
from kmz.catalog.models import Course
from kmz.catalog.notes import Change, Note, changes_since
from kmz.catalog.rules import Availability
from kmz.catalog.search.cards import date_block, place_text, when_text
from kmz.catalog.states import state_now
from kmz.catalog.watchlist_queries import courses_by_id
from kmz.dates import format_times
from kmz.mail.rendering import public_link


@dataclass(frozen=True, slots=True)
class Entry:
    """A noted course that is in the programme."""

    course: Course
    state: Availability
    changes: tuple[Change, ...]

    @property
    def area_number(self) -> str:
        area = self.course.program_area
        return (area.parent or area).code if area else ""

    @property
    def date_block(self) -> tuple[str, str]:
        return date_block(self.course.starts_on)

    @property
    def when(self) -> str:
        held = [session for session in self.course.sessions if not session.is_cancelled]
        times = {format_times(session.starts_at, session.ends_at) for session in held}
        return when_text([session.day for session in held], times)

    @property
    def place(self) -> str:
        """The place, or how many there are."""
        rooms = {
            (session.room.venue.name, session.room.name)
            for session in self.course.sessions
            if session.room and not session.is_cancelled
        }
        if len({venue for venue, _ in rooms}) > 1:
            return "mehrere Orte"
        venue = next((venue for venue, _ in rooms), "")
        room = next(iter(rooms))[1] if len(rooms) == 1 else ""
        return place_text(venue, room, self.course.format)


@dataclass(frozen=True, slots=True)
class Watchlist:
    """Entries in the order of the notes, and the courses that left the programme."""

    entries: list[Entry]
    gone: list[Course]

    @property
    def has_changes(self) -> bool:
        return any(entry.changes for entry in self.entries)

    @property
    def bookable_count(self) -> int:
        return sum(entry.state.bookable for entry in self.entries)

    @property
    def ids(self) -> str:
        """The courses of a link to this list (`notes.shared_ids`)."""
        return "-".join(str(entry.course.id) for entry in self.entries[:50])

    @property
    def share_url(self) -> str:
        return public_link(url_for("catalog.show_shared", kurse=self.ids))


def read_watchlist(notes: Iterable[Note]) -> Watchlist:
    """The noted courses as they are at this moment: two queries, however many they are."""
    known = {note.course_id: note for note in notes}
    courses = courses_by_id(known)
    now = clock.now()
    shown = [courses[course_id] for course_id in known if course_id in courses]
    entries = []
    for course in shown:
        if is_offered(course):
            state = state_now(course, now=now)
            changes = changes_since(known[course.id], course, state)
            entries.append(Entry(course, state, tuple(changes)))
    return Watchlist(entries, [course for course in shown if not is_offered(course)])


def is_offered(course: Course) -> bool:
    """Whether the course is in the programme: published, and not gone since."""
    return course.published_at is not None and course.withdrawn_at is None
