"""What somebody wants to hear of, before it is a row: new courses of a search, or a free seat."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement

from kmz.alerts import rules
from kmz.alerts.models import Alert, SavedSearch, SeatAlert


@dataclass(frozen=True, slots=True)
class WantedSearch:
    """A canonical query string, and what it looks for in German words."""

    query: str
    name: str
    table: ClassVar[type[SavedSearch]] = SavedSearch
    limit: ClassVar[int] = rules.MAX_SEARCHES

    def is_same(self) -> ColumnElement[bool]:
        """The condition that a row wants the same."""
        return SavedSearch.query == self.query

    def row(self, *, now: datetime, **owner: Any) -> SavedSearch:
        return SavedSearch(
            query=self.query, name=self.name, created_at=now, checked_until=now, **owner
        )


@dataclass(frozen=True, slots=True)
class WantedSeat:
    """A seat in a full course."""

    course_id: int
    table: ClassVar[type[SeatAlert]] = SeatAlert
    limit: ClassVar[int] = rules.MAX_SEAT_ALERTS

    def is_same(self) -> ColumnElement[bool]:
        """The condition that a row wants the same."""
        return SeatAlert.course_id == self.course_id

    def row(self, *, now: datetime, **owner: Any) -> SeatAlert:
        return SeatAlert(course_id=self.course_id, created_at=now, **owner)


Wanted = WantedSearch | WantedSeat


def wanted_by(alert: Alert) -> Wanted:
    """What an existing row wants."""
    if isinstance(alert, SavedSearch):
        return WantedSearch(alert.query, alert.name)
    if isinstance(alert, SeatAlert):
        return WantedSeat(alert.course_id)
    raise TypeError(type(alert))
