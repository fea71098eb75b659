"""The Wochenplan: courses of a list at their weekdays and times of day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kmz.catalog.rules import Availability
from kmz.catalog.search.cards import CourseCard
from kmz.catalog.search.facets import DAYTIMES
from kmz.dates import WEEKDAYS

MOST = 200
_NOON, _EVENING = "12:00", "17:00"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A course at one weekday and time ("18:30–20:00")."""

    time: str
    card: CourseCard
    state: Availability


@dataclass(frozen=True, slots=True)
class Day:
    """One weekday: its name, and for each time of day its courses by their beginning."""

    name: str
    parts: tuple[tuple[str, tuple[Meeting, ...]], ...]

    @property
    def count(self) -> int:
        return sum(len(meetings) for _, meetings in self.parts)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, and the courses of which no time is known."""

    days: tuple[Day, ...]
    without_time: tuple[Meeting, ...]


def week_of(cards: Iterable[CourseCard], states: dict[int, Availability]) -> Week:
    """Lay the courses out over the week; those without a state are no longer published."""
    found: defaultdict[tuple[int, str], list[Meeting]] = defaultdict(list)
    without_time = []
    for card in cards:
        state = states.get(card.id)
        if state is None:
            continue
        for weekday, time in card.slots:
            found[weekday, _daytime(time)].append(Meeting(time, card, state))
        if not card.slots:
            without_time.append(Meeting("", card, state))
    days = tuple(
        Day(name, tuple((part, _in_order(found[weekday, part])) for part in DAYTIMES))
        for weekday, name in enumerate(WEEKDAYS)
    )
    return Week(days, tuple(without_time))


def _in_order(meetings: list[Meeting]) -> tuple[Meeting, ...]:
    return tuple(sorted(meetings, key=lambda meeting: (meeting.time, meeting.card.title)))


def _daytime(time: str) -> str:
    """The time of day in which "18:30–20:00" begins, as the filter divides the day."""
    if time < _NOON:
        return "vormittags"
    return "nachmittags" if time < _EVENING else "abends"
