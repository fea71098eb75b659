"""Pure rules of KONTAKT: when we call back, what a receipt may repeat, how long things are kept."""

import re
from datetime import datetime, timedelta

# Keys stay in the database; the words may change.
CALLBACK_WINDOWS = {
    "vormittags": "vormittags, 9–12 Uhr",
    "nachmittags": "nachmittags, 12–16 Uhr",
    "abends": "abends, 16–18 Uhr",
    "jederzeit": "wann es Ihnen passt",
}
MAX_MESSAGE = 4000
# Per mail address or customer: more is a machine, or somebody who should call.
MAX_REQUESTS, WINDOW = 6, timedelta(hours=24)
# Nobody reads the page, writes and sends within two seconds; a program does.
MIN_FORM_AGE = timedelta(seconds=2)
KEPT_AFTER_DONE = timedelta(days=365)

_LINKS = re.compile(
    r"(?:https?://|www\.)\S+"  # what says that it is an address
    r"|\S+@\S+"
    r"|\b(?:[\w-]+\.)+(?:[a-z]{2,}|[A-Z]{2,})\b(?:/\S*)?"  # what mail programs take for one
)
_REMOVED = "[Adresse entfernt]"


def without_links(text: str) -> str:
    """What was typed, without anything a mail program would make a link of.

    Anybody may type anybody's address; a receipt must not carry a stranger's links (L17).
    """
    return _LINKS.sub(_REMOVED, text)


def is_too_quick(opened_at: datetime | None, now: datetime) -> bool:
    """Whether the form came back faster than a person writes, or was never opened."""
    return opened_at is None or now - opened_at < MIN_FORM_AGE
