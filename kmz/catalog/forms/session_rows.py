"""The rows of the Termine: one form per row, and the weekly series that fills them."""

from collections.abc import Iterator
from datetime import date, timedelta

from wtforms import Field, Form

from kmz.catalog.course_data import SessionData
from kmz.catalog.forms.places import Places
from kmz.catalog.forms.typed import day_or_none, is_day, is_time, read_day, session_moment
from kmz.dates import parse_time
from kmz.web.forms import line

MAX_ROWS = 100
_NO_DAY = "Zu diesen Angaben fehlt der Tag."
_NO_ROOM = (
    "Diesen Raum kennen wir nicht. Bitte wählen Sie einen aus der Liste "
    "oder legen Sie ihn als neuen Ort an."
)


class SessionForm(Form):
    """One row; a row without a day is no Termin. `places` are the rooms that may be named."""

    class Meta:
        locales = ("de",)

    places = Places()

    day = line("Tag", limit=20, validators=[is_day])
    starts = line("von", limit=10, validators=[is_time])
    ends = line("bis", limit=10, validators=[is_time])
    room = line("Raum", limit=400)

    @property
    def is_empty(self) -> bool:
        return not any(field.data for field in self)

    def validate(self, extra_validators: object = None) -> bool:
        """A day for the times, an end after the beginning, a room that is known."""
        if not super().validate(extra_validators):  # type: ignore[arg-type]
            return False
        for field, message in self._contradictions():
            field.errors = (message,)
            return False
        return True

    def _contradictions(self) -> Iterator[tuple[Field, str]]:
        if not self.day.data and not self.is_empty:
            yield self.day, _NO_DAY
        starts, ends = self.starts.data, self.ends.data
        if ends and not starts:
            yield self.starts, "Zum Ende fehlt der Beginn."
        elif starts and ends and parse_time(ends) <= parse_time(starts):
            yield self.ends, "Das Ende liegt vor dem Beginn."
        if self.room.data and self.places.find_id(self.room.data) is None:
            yield self.room, _NO_ROOM

    def session_data(self, default_room: int | None) -> SessionData:
        """The checked Termin; without a room of its own it is in the course's room."""
        day = read_day(self.day.data or "")
        own_room = self.places.find_id(self.room.data) if self.room.data else None
        return SessionData(
            day,
            session_moment(day, self.starts.data),
            session_moment(day, self.ends.data),
            own_room or default_room,
        )


def series_days(first: str, count: str, last_day: str) -> list[date]:
    """The days of "count Termine weekly from first"; ValueError when they are none.

    Without a first day the series goes on from the last day that stands there, which counts.
    """
    number = int(count) if count.isascii() and count.isdecimal() and len(count) < 4 else 0
    if not 1 <= number <= MAX_ROWS:
        raise ValueError(count)
    begin = read_day(first or last_day)
    days = [begin + timedelta(weeks=week) for week in range(number)]
    read_day(days[-1].isoformat())
    return days if first else days[1:]


def earliest(rows: list[SessionForm]) -> date | None:
    """The first day of all rows that hold a day."""
    return min((day for row in rows if (day := day_or_none(row.day.data))), default=None)
