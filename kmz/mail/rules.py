"""What a try to send may come to, and when the next one is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

# RFC 5321 4.5.4.1 wants a second try soon, then ever fewer, over some days.
_PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
_LATER_PAUSE = timedelta(hours=12)
_PATIENCE = timedelta(days=3)
# A server that cannot be reached says nothing about the mail: soon again, however often.
UNREACHABLE_PAUSE = timedelta(seconds=30)
_PERMANENT = range(500, 600)
_LOGIN_TROUBLE = range(530, 540)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text file that a mail carries; `media_type` as in "text/calendar"."""

    name: str
    media_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One claimed mail, detached from the database; ours until `claimed_until`."""

    id: int
    kind: str
    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    created_at: datetime
    claimed_until: datetime
    unsubscribe_url: str = ""
    attachments: tuple[Attachment, ...] = ()


class Result(Enum):
    """What became of one try."""

    SENT = "sent"
    REFUSED = "refused"
    POSTPONED = "postponed"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result, and SMTP code and error class where there was an error (never its content)."""

    result: Result
    error: str | None = None


def is_final(code: int) -> bool:
    """Whether the server will never take this mail; our login (530–539) is not the mail's fault."""
    return code in _PERMANENT and code not in _LOGIN_TROUBLE


def next_try_at(*, tries: int, created_at: datetime, now: datetime) -> datetime | None:
    """When to try again after `tries` tries; None when three days of trying are over."""
    last = created_at + _PATIENCE
    if tries > len(_PAUSES) and now >= last:
        return None
    pause = _PAUSES[tries - 1] if tries <= len(_PAUSES) else _LATER_PAUSE
    return min(now + pause, last) if last > now else now + pause
