"""The demo's own courses as tables (TOML), one file per subject.

Keys of a row: `area` DVV code · `when` "Mo+Mi 18:00-19:30 x10" (kmz.demo.timetable) · `week` of
the first day, counted from the current one (negative: it runs or is over) · `room` "house/room" of
`kmz.demo.places` · `by` Kursleitung · `seats` "minimum-maximum" · `taken`, `waiting` people who
booked elsewhere · `fee`, `reduced` in euros (no fee: "auf Anfrage") · `opens`, `closes` days from
today · `cancelled` the reason. The others are named as in `kmz.catalog.models.Course`.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
# What the demo customer attended in earlier semesters; everything else is the current programme.
HISTORY = "history"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCourse:
    """One row of a table; the module's text explains the keys."""

    area: str
    title: str
    text: str
    when: str
    week: int
    by: str
    seats: str
    room: str = ""
    subtitle: str = ""
    level: str = ""
    kind: str = "course"
    event_type: str = ""
    format: str = "onsite"
    target: str = ""
    taken: int = 0
    waiting: int = 0
    waitlist: bool = False
    late_entry: bool = False
    guaranteed: bool = False
    channel: str = "online"
    fee: str | None = None
    reduced: str | None = None
    fee_note: str = ""
    bring: str = ""
    opens: int | None = None
    closes: int | None = None
    cancelled: str = ""

    @property
    def minimum(self) -> int:
        return int(self.seats.partition("-")[0])

    @property
    def maximum(self) -> int:
        return int(self.seats.partition("-")[2])


def _read(path: Path) -> list[DemoCourse]:
    with path.open("rb") as file:
        return [DemoCourse(**row) for row in tomllib.load(file)["courses"]]


def current_programme() -> list[DemoCourse]:
    """All courses of the demo but those of earlier semesters."""
    paths = sorted(path for path in FOLDER.glob("*.toml") if path.stem != HISTORY)
    return [course for path in paths for course in _read(path)]


def earlier_courses() -> list[DemoCourse]:
    """Courses of earlier semesters, newest first."""
    return _read(FOLDER / f"{HISTORY}.toml")
