"""Whether somebody would have to be in two courses at once; a warning, never a refusal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import Protocol

from kmz.dates import format_day


class Appointment(Protocol):
    """A session as far as it can clash; sessions without times do not."""

    @property
    def day(self) -> date: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def is_cancelled(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Attended:
    """A course that somebody attends, or would: `key` tells people apart."""

    key: str
    person: str
    title: str
    sessions: Sequence[Appointment]
    is_booked: bool


def first_clash(one: Iterable[Appointment], other: Iterable[Appointment]) -> date | None:
    """The first day on which two sessions overlap; those without times clash with nothing."""
    days = [
        session.day
        for session in one
        for beside in other
        if not (session.is_cancelled or beside.is_cancelled)
        and session.starts_at
        and session.ends_at
        and beside.starts_at
        and beside.ends_at
        and session.starts_at < beside.ends_at
        and beside.starts_at < session.ends_at
    ]
    return min(days, default=None)


def clash_notices(attended: Sequence[Attended]) -> list[str]:
    """What to say of everybody who would have to be in two places at once."""
    found = []
    for one, other in combinations(attended, 2):
        if one.key != other.key or (one.is_booked and other.is_booked):
            continue
        day = first_clash(one.sessions, other.sessions)
        if day is not None:
            booked = " (schon angemeldet)" if one.is_booked or other.is_booked else ""
            found.append(
                f"{one.person}: „{one.title}“ und „{other.title}“{booked} überschneiden sich am "
                f"{format_day(day)}."
            )
    return found
