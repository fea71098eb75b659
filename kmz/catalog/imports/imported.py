"""What a feed's record says about one course, in the words of our model; no database."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


class RefusedRecordError(Exception):
    """A record cannot become a course; the text is the German reason."""


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; the German text names the place where that shows."""


@dataclass(frozen=True, slots=True)
class ImportedPlace:
    """Where a session happens. `room` "" is the venue as a whole; unknown facts are None."""

    name: str
    street: str = ""
    postal_code: str = ""
    city: str = ""
    room: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accessible: bool | None = None

    @property
    def venue_key(self) -> tuple[str, str, str, str]:
        return (self.name, self.street, self.postal_code, self.city)


@dataclass(frozen=True, slots=True)
class ImportedInstructor:
    """A Kursleitung as far as the public may know it: by name."""

    last_name: str
    first_name: str = ""
    title: str = ""
    salutation: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.title, self.first_name, self.last_name)


@dataclass(frozen=True, slots=True)
class ImportedSession:
    """A Termin: Berlin day, UTC moments (None: the feed gives no time), place."""

    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    place: ImportedPlace | None
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class ImportedCourse:
    """One course. Names and units are those of `kmz.catalog.models.Course`; texts fit its columns.

    `program_area_code` is a DVV code ("4" or "4.06"), `record` what may be kept of the source,
    `notes` German remarks about what was odd but could be understood. Columns with a value here are
    known to some formats only, which name them in `FeedFormat.columns`. A course that is not
    `is_public` is kept, but offline.
    """

    external_id: str
    number: str
    title: str
    subtitle: str
    description_html: str
    notes_html: str
    search_words: str
    tags: list[str]
    program_area_code: str | None
    semester_code: str | None
    district: str
    format: str
    event_type: str
    kind: str
    level: str
    target_group: str
    teaching_units: int | None
    min_participants: int
    max_participants: int
    external_participants: int | None
    external_waiting: int
    fee_cents: int | None
    reduced_fee_cents: int | None
    concession_allowed: bool
    fee_note: str
    starts_on: date | None
    ends_on: date | None
    booking_channel: str
    is_cancelled: bool
    links: list[dict[str, Any]]
    sessions: tuple[ImportedSession, ...]
    instructors: tuple[ImportedInstructor, ...]
    record: dict[str, Any]
    notes: tuple[str, ...] = field(default=())
    material: str = ""
    requirements: str = ""
    min_age: int | None = None
    max_age: int | None = None
    booking_opens_at: datetime | None = None
    booking_closes_at: datetime | None = None
    late_entry: bool = False
    waitlist_open: bool = False
    guaranteed: bool = False
    small_group: bool = False
    educational_leave: bool = False
    is_public: bool = True
