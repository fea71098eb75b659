"""Pure rules of idle accounts (L28)."""

from datetime import datetime, timedelta

IDLE_YEARS = 3
IDLE_GRACE = timedelta(days=30)
# So long the office can tell what became of a mail to an address that nobody has.
KEEP_MAILS_FOR = timedelta(days=30)


def idle_before(now: datetime) -> datetime:
    """Whoever logged in last before this moment is told that the account will be deleted."""
    day = min(now.day, 28) if now.month == 2 else now.day
    return now.replace(year=now.year - IDLE_YEARS, day=day)
