"""Pure rules of KONTAKT: when we call back, how long things are kept."""

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


def is_too_quick(opened_at: datetime | None, now: datetime) -> bool:
    """Whether the form came back faster than a person writes, or was never opened."""
    return opened_at is None or now - opened_at < MIN_FORM_AGE
