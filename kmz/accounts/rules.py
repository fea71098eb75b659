"""Pure rules of accounts: what makes one mailbox, what a password must be, when a login is over."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files

import idna

SPECIAL_CHARACTERS = "#!?$@&~=:|-_()<>"
MAX_PASSWORD_LENGTH = 256

SIGNUP_LINK_LIFETIME = timedelta(hours=48)
ADDRESS_LINK_LIFETIME = timedelta(hours=48)
# L34: so long the old address may object to a change that staff made, and so long the new one is
# not trusted alone.
OBJECTION_TIME = timedelta(hours=72)
RESET_LINK_LIFETIME = timedelta(minutes=60)
SIGNUP_KEPT_FOR = timedelta(days=7)
# How many links to a new address one account may have mailed; a school's login serves many people.
ADDRESS_MAIL_WINDOW = timedelta(hours=24)
MAX_ADDRESS_MAILS, MAX_ADDRESS_MAILS_SHARED = 5, 30
# How long a proven password counts: ASVS 7.5.1 for one's own data, 7.5.3 for other people's.
FRESH_FOR, STAFF_FRESH_FOR = timedelta(minutes=10), timedelta(minutes=15)
# domain.md 3.3 no. 8 and ASVS 7.1.1: staff see other people's data, so their sessions are shorter.
CUSTOMER_IDLE, CUSTOMER_ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
STAFF_IDLE, STAFF_ABSOLUTE = timedelta(minutes=15), timedelta(hours=8)

# What opens a login, and how the list of devices says it.
LOGIN_WAYS = {
    "password": "E-Mail-Adresse und Passwort",
    "school": "Schulnummer und Passwort",
    "passkey": "Passkey",
    "recovery": "Wiederherstellung",
}
DEVICE_KNOWN_FOR = timedelta(days=365)
# It lies on paper: one that nobody replaced in this time opens nothing any more.
INITIAL_PASSWORD_LIFETIME = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class PasswordRule:
    """One bullet below the password field; `code` is what the live check knows it by."""

    code: str
    text: str


LENGTH_DOCUMENTED = PasswordRule("length", "mindestens 5 Zeichen lang sein")
DIGIT = PasswordRule("digit", "mindestens eine Zahl enthalten")
SPECIAL = PasswordRule("special", f"mindestens ein Sonderzeichen enthalten ({SPECIAL_CHARACTERS})")
LENGTH_STRONG = PasswordRule("length", "mindestens 12 Zeichen lang sein")
LENGTH_STAFF = PasswordRule("length", "mindestens 15 Zeichen lang sein")

POLICIES = {
    "documented": ((LENGTH_DOCUMENTED, 5), (DIGIT, 0), (SPECIAL, 0)),
    "strong": ((LENGTH_STRONG, 12),),
    "staff": ((LENGTH_STAFF, 15),),
}


def password_rules(policy: str) -> tuple[PasswordRule, ...]:
    """The bullets of a policy in the order in which they are shown (U08)."""
    return tuple(rule for rule, _ in POLICIES[policy])


def minimum_length(policy: str) -> int:
    return POLICIES[policy][0][1]


def broken_rules(password: str, policy: str) -> list[PasswordRule]:
    """The bullets that a password does not fulfil. Length counts code points after NFC."""
    text = unicodedata.normalize("NFC", password)
    checks = {
        "length": len(text) >= minimum_length(policy),
        "digit": any(char.isdecimal() for char in text),
        "special": any(char in SPECIAL_CHARACTERS for char in text),
    }
    return [rule for rule in password_rules(policy) if not checks[rule.code]]


@cache
def _common_words() -> frozenset[str]:
    folder = files("kmz.accounts")
    return frozenset(
        line.strip()
        for name in ("common_passwords.txt", "leaked_passwords.txt")
        for line in folder.joinpath(name).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("//")
    )


def is_common_password(password: str, context: tuple[str, ...] = ()) -> bool:
    """Whether a password is a common word, or one of the person's own, with up to four digits or
    special characters behind it (domain.md 3.3 no. 3). An address counts whole and in its parts.
    """
    text = unicodedata.normalize("NFC", password).casefold()
    common, own = _common_words(), _own_words(context)
    tail = 0
    while tail <= 4 and tail < len(text):
        word = text[: len(text) - tail]
        if word in common or word in own:
            return True
        if word[-1].isalpha():
            return False
        tail += 1
    return False


def _own_words(context: tuple[str, ...]) -> set[str]:
    """Names and addresses as they are, and every word in them; two letters are no word."""
    whole = {unicodedata.normalize("NFC", text).casefold() for text in context}
    parts = {part for text in whole for part in re.split(r"[\W_]+", text)}
    local = {text.partition("@")[0] for text in whole}
    return {word for word in whole | parts | local if len(word) > 2}


def email_key(email: str) -> str:
    """What makes two spellings one mailbox: NFC, lower-case ASCII rules, IDNA 2008 domain.

    Look-alike letters stay different ("ı" is not "i"), so a link never goes to a neighbour's
    mailbox.
    """
    local, _, domain = unicodedata.normalize("NFC", email.strip()).rpartition("@")
    lowered = "".join(char.lower() if char.isascii() else char for char in local)
    try:
        host = idna.encode(domain.lower(), uts46=False).decode()
    except idna.IDNAError:
        host = domain.lower()
    return f"{lowered}@{host}"


def login_limits(*, is_staff: bool) -> tuple[timedelta, timedelta]:
    """How long a login may be idle, and how long it may last."""
    return (STAFF_IDLE, STAFF_ABSOLUTE) if is_staff else (CUSTOMER_IDLE, CUSTOMER_ABSOLUTE)


def end_of_login(created_at: datetime, last_seen_at: datetime, *, is_staff: bool) -> datetime:
    """When a login ends by itself: idle, or open for too long."""
    idle, absolute = login_limits(is_staff=is_staff)
    return min(last_seen_at + idle, created_at + absolute)


def has_initial_password_expired(given_at: datetime, *, now: datetime) -> bool:
    """Whether an initial password is older than its lifetime."""
    return now - given_at > INITIAL_PASSWORD_LIFETIME


def device_name(user_agent: str) -> str:
    """A short name of a browser for the list of devices, without version numbers."""
    browsers = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
    names = {"Edg": "Edge", "OPR": "Opera", "Macintosh": "Mac"}
    browser = next((name for name in browsers if name in user_agent), "")
    system = next((name for name in systems if name in user_agent), "")
    parts = [names.get(part, part) for part in (browser, system) if part]
    return " auf ".join(parts) or "Unbekanntes Gerät"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileData:
    """What the profile form hands over; empty strings where nothing was given."""

    first_name: str
    last_name: str
    salutation: str
    title: str
    street: str
    house_number: str
    postal_code: str
    city: str
    country: str
    phone: str
    mobile: str
    birth_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """What "Persönliche Daten bearbeiten" hands over beside address and password (C22)."""

    salutation: str
    first_name: str
    last_name: str
    street: str
    house_number: str
    postal_code: str
    city: str
    country: str
    phone: str
    mobile: str
    phone_private: str
    fax: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolData:
    """What the office knows of a school; `number` as `login_names.school_number_key` keeps it."""

    number: str
    name: str
    street: str
    postal_code: str
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolAccountData:
    """A new account of a school; a shared one is named like its school, not like a person."""

    username: str
    shared: bool
    first_name: str
    last_name: str
