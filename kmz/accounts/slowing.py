"""How guessing passwords is slowed (domain.md 3.3 no. 6): pure rules.

Nobody is locked out by the clock alone: after each pause one more guess is tried, and an owner in a
known browser is counted apart from strangers.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

PAUSE = timedelta(minutes=15)
_LONGEST_DELAY = 60


@dataclass(frozen=True, slots=True)
class Slowing:
    """Within `window`: `free` failures cost nothing, then each costs 2, 4, 8 … 60 seconds, and from
    `full` on a pause of 15 minutes.
    """

    free: int
    full: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong guesses in one place: within the window, the last of them, and since the password is
    what it is.
    """

    recent: int
    last_at: datetime | None
    ever: int = 0


AT_ACCOUNT = Slowing(free=5, full=20, window=timedelta(hours=1))
# A school shares one address: ASVS 6.3.1 allows 30 guesses, and a class may mistype on a Monday.
FROM_ADDRESS = Slowing(free=20, full=30, window=timedelta(minutes=15))
# NIST SP 800-63B-4, 3.2.2: then the password opens nothing any more until it is replaced.
MAX_FAILURES = 100


def seconds_to_wait(slowing: Slowing, failures: Failures, now: datetime) -> int:
    """Until the next guess is tried; 0 when it is its turn.

    A password that is off answers like a pause: its owner learns by mail that a new one helps.
    """
    if failures.ever >= MAX_FAILURES:
        return int(PAUSE.total_seconds())
    if failures.recent < slowing.free or failures.last_at is None:
        return 0
    end = failures.last_at + _delay(slowing, failures.recent)
    return max(0, math.ceil((end - now).total_seconds()))


def _delay(slowing: Slowing, failures: int) -> timedelta:
    if failures >= slowing.full:
        return PAUSE
    steps = failures - slowing.free + 1
    return timedelta(seconds=min(2**steps, _LONGEST_DELAY))
