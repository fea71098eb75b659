"""The one seam for time. Everything asks here, so a test can move the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

# The Berlin hours of `is_daytime`.
_DAYTIME = range(7, 21)

_shift = timedelta()


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


def today() -> date:
    """The calendar day in Europe/Berlin: deadlines and course days are days of that zone."""
    return now().astimezone(BERLIN).date()


def in_berlin(moment: datetime) -> datetime:
    """The same moment on a Berlin wall clock."""
    return moment.astimezone(BERLIN)


def is_daytime(moment: datetime) -> bool:
    """Whether mails that can wait go out in this Berlin hour: nobody's phone rings at night."""
    return in_berlin(moment).hour in _DAYTIME


def berlin_moment(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """The UTC moment of a Berlin wall-clock time.

    In the hour that does not exist (spring) and the one that exists twice (autumn) the offset
    before the change counts, which is what `fold=0` means in PEP 495.
    """
    local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=BERLIN)
    return local.astimezone(UTC)


@contextmanager
def moved_by(**delta: float) -> Iterator[None]:
    """Shift the clock for the length of the block, e.g. `moved_by(minutes=31)`; for tests."""
    global _shift  # noqa: PLW0603 - the seam itself
    before = _shift
    _shift = before + timedelta(**delta)
    try:
        yield
    finally:
        _shift = before
