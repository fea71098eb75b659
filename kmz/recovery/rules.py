"""Pure rules of recovery: when an answer is due, what people read aloud, who has to agree."""

import secrets
from collections.abc import Container
from datetime import date, datetime, timedelta

from kmz.accounts.models import AddressChange
from kmz.accounts.rules import OBJECTION_TIME

# C05: "innerhalb 1-3 Werktagen".
ANSWER_WITHIN_WORKING_DAYS = 3
# Post takes some days, and so do people who have to find a computer.
LETTER_LIFETIME = timedelta(days=14)
CASES_KEPT_FOR = timedelta(days=365)
# RES-02: at most so many mails to one address in a day, whoever asks for them.
MAX_MAILS = 6
MAIL_WINDOW = timedelta(hours=24)

# Crockford's base32 knows no I, L, O and U: nothing that is misread, nothing rude.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_CODE_GROUPS, _GROUP = 4, 5

# L34: how somebody can show that the account is theirs.
IDENTIFICATIONS = {
    "birth_date": "Geburtsdatum",
    "street": "Straße",
    "last_course": "letzter Kurs",
    "call_back": "Rückruf unter der hinterlegten Nummer",
    "in_person": "persönlich mit Ausweis",
}
MIN_IDENTIFICATIONS = 2

OUTCOMES = {"done": "Zugang wiederhergestellt", "rejected": "abgelehnt"}
STEPS = {
    "opened": "Anliegen eingegangen",
    "opened_by_objection": "Anliegen nach einem Widerspruch angelegt",
    "asked_again": "hat nachgefragt",
    "assigned": "Kundenkonto zugeordnet",
    "unassigned": "Zuordnung aufgehoben",
    "noted": "Notiz",
    "link_sent": "Wiederherstellungslink gesendet",
    "link_wanted": "Wiederherstellungslink wartet auf zweite Person",
    "link_approved": "Wiederherstellungslink freigegeben und gesendet",
    "link_refused": "Freigabe abgelehnt",
    "link_resent": "Link erneut gesendet",
    "letter_written": "Brief mit Einmal-Code gedruckt",
    "address_changed": "E-Mail-Adresse geändert, wartet auf Bestätigung",
    "objected": "Widerspruch der alten Adresse",
    "finished": "Zugang wiederhergestellt",
    "done": "abgeschlossen: Zugang wiederhergestellt",
    "rejected": "abgeschlossen: abgelehnt",
}


def due_on(
    day: date, holidays: Container[date], *, working_days: int = ANSWER_WITHIN_WORKING_DAYS
) -> date:
    """The last day for an answer to what came in on `day`.

    Saturdays, Sundays and holidays do not count, nor does the day itself.
    """
    left = working_days
    while left:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            left -= 1
    return day


def _random_text(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_reference(kind: str = "Z") -> str:
    """What people read to each other, e.g. "Z-7K3F-9QMD": random, so it tells no numbers. Its
    letter says what it is: Z for Zugang, A for Anfrage, V (with the year) for Vorgang, W for
    Widerruf, KMZ (with the customer) for a mandate. Never made from a row's id: SQLite gives the
    id of a deleted row to a new one.
    """
    return f"{kind}-{_random_text(4)}-{_random_text(4)}"


def new_code() -> str:
    """A code for a letter: four groups of five characters, 100 bits."""
    return "-".join(_random_text(_GROUP) for _ in range(_CODE_GROUPS))


def normalise_code(text: str) -> str:
    """The code as it was meant, however it was typed: small letters, blanks, O for 0."""
    kept = "".join(char for char in text.upper() if char.isalnum())
    return kept.translate(_MISREAD)


def is_young(change: AddressChange, now: datetime) -> bool:
    """Whether an address is so new that a link to it needs a second member of staff (L34)."""
    if change.withdrawn_at is not None or change.objected_at is not None:
        return False
    return max(change.created_at, change.confirmed_at or change.created_at) > now - OBJECTION_TIME


def objection_ends_at(change: AddressChange) -> datetime:
    return change.created_at + OBJECTION_TIME


def identification_names(codes: str) -> str:
    """ "Geburtsdatum, Straße" for "birth_date,street"; what is unknown stays as it is."""
    return ", ".join(IDENTIFICATIONS.get(code, code) for code in codes.split(",") if code)
