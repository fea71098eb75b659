"""From an environment variable to its value; ValueError says in German what is wanted."""

import re
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from limits import parse_many

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LAENDER = (
    "BW",
    "BY",
    "BE",
    "BB",
    "HB",
    "HH",
    "HE",
    "MV",
    "NI",
    "NW",
    "RP",
    "SL",
    "SN",
    "ST",
    "SH",
    "TH",
)

_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_CREDITOR_ID = re.compile(r"DE[0-9]{2}[A-Z0-9]{3}[0-9]{11}")
_GERMAN_IBAN = re.compile(r"DE[0-9]{20}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


def text_of(variable: str, environment: Mapping[str, str]) -> str | None:
    """What is set for a variable, by itself or by its file; None where nothing is.

    Raises ValueError when both are set, OSError or ValueError when the file cannot be read.
    """
    text = environment.get(variable, "").strip()
    path = environment.get(f"{variable}_FILE")
    if path and text:
        raise ValueError(f"{variable} und {variable}_FILE sind beide gesetzt")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return text or None


def one_of(*choices: str) -> Callable[[str], str]:
    """Accepts one of these words."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError("erlaubt sind: " + ", ".join(choices))
        return text

    return parse


def some_of(*choices: str) -> Callable[[str], tuple[str, ...]]:
    """At least one of these words, with commas, each once."""

    def parse(text: str) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(listed(text)))
        if not words or not set(words) <= set(choices):
            raise ValueError("mindestens eines davon: " + ", ".join(choices))
        return words

    return parse


def whole(minimum: int, maximum: int) -> Callable[[str], int]:
    """Accepts a whole number between both, each included."""

    def parse(text: str) -> int:
        digits = text.isascii() and text.isdecimal() and len(text) <= len(str(maximum))
        if not digits or not minimum <= int(text) <= maximum:
            raise ValueError(f"eine ganze Zahl von {minimum} bis {maximum}")
        return int(text)

    return parse


def listed(text: str) -> tuple[str, ...]:
    """The parts between commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def secret(text: str) -> str:
    """A random text; so short or uniform that it can be guessed, it is refused."""
    if len(text) < 32 or len(set(text)) < 8:
        raise ValueError("mindestens 32 zufällige Zeichen (kmz secrets erzeugt sie)")
    return text


def secrets(text: str) -> tuple[str, ...]:
    """Several secrets between commas."""
    return tuple(secret(part) for part in listed(text))


def fernet_keys(text: str) -> tuple[str, ...]:
    """One or more Fernet keys between commas."""
    keys = listed(text)
    try:
        for key in keys:
            Fernet(key)
    except ValueError as error:
        raise ValueError("Fernet-Schlüssel, mit Komma getrennt (kmz secrets)") from error
    if not keys:
        raise ValueError("mindestens ein Fernet-Schlüssel (kmz secrets)")
    return keys


def database_url(text: str) -> str:
    """An address of one of the two databases that kmz is tested on."""
    in_memory = text in {"sqlite:///", "sqlite:///:memory:"}
    if in_memory or not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("eine Adresse, die mit sqlite:/// oder postgresql+psycopg:// beginnt")
    return text


def public_url(text: str) -> str:
    """Scheme, host and port, without a slash at the end; http only on this machine."""
    parts = urlsplit(text)
    extras = parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username
    if parts.scheme not in {"http", "https"} or not parts.hostname or extras:
        raise ValueError("eine Adresse wie https://portal.beispiel.de ohne Pfad")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("https; http ist nur auf dem eigenen Rechner erlaubt")
    return text.rstrip("/")


def listen_address(text: str) -> str:
    """An IP address of this machine; the server looks up no names."""
    try:
        return str(ip_address("127.0.0.1" if text == "localhost" else text))
    except ValueError as error:
        raise ValueError("eine IP-Adresse wie 127.0.0.1") from error


def mail_address(text: str) -> str:
    """One bare mail address."""
    if not _ADDRESS.fullmatch(text):
        raise ValueError("eine E-Mail-Adresse wie portal@beispiel.de")
    return text


def home_url(text: str) -> str:
    """A web address that may stand in a link."""
    if urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname:
        raise ValueError("eine Adresse wie https://www.beispiel.de")
    return text


def request_limit(text: str) -> str:
    """A limit as Flask-Limiter reads it; one it cannot read would silently not be applied."""
    try:
        parse_many(text)
    except ValueError as error:
        raise ValueError("eine Grenze wie „30 per 15 minutes“") from error
    return text


def limit_storage(text: str) -> str:
    """Where requests are counted; Redis needs its client in the same environment."""
    if not text.startswith(("memory://", "redis://", "rediss://")):
        raise ValueError("memory:// oder redis://…")
    if text.startswith("redis") and find_spec("redis") is None:
        raise ValueError("für redis:// fehlt das Python-Paket redis")
    return text


def creditor_id(text: str) -> str:
    """A German creditor identifier whose check digits fit (domain.md L44).

    The business code in places 5–7 takes no part: ISO 7064 MOD 97-10 over the rest.
    """
    number = "".join(text.split()).upper()
    if not _CREDITOR_ID.fullmatch(number):
        raise ValueError("18 Stellen wie DE98ZZZ09999999999")
    _check_digits(number[7:] + number[:4])
    return number


def house_iban(text: str) -> str:
    """A German IBAN whose check digits fit (ISO 13616); blanks are fine."""
    number = "".join(text.split()).upper()
    if not _GERMAN_IBAN.fullmatch(number):
        raise ValueError("22 Stellen wie DE89 3704 0044 0532 0130 00")
    _check_digits(number[4:] + number[:4])
    return number


def _check_digits(turned: str) -> None:
    """ISO 7064 MOD 97-10; letters count from 10, the check digits stand last."""
    if int("".join(str(int(char, 36)) for char in turned)) % 97 != 1:
        raise ValueError("die Prüfziffern passen nicht")


def bic(text: str) -> str:
    """A business identifier code of 8 or 11 places (ISO 9362)."""
    code = "".join(text.split()).upper()
    if not _BIC.fullmatch(code):
        raise ValueError("8 oder 11 Stellen wie COBADEFFXXX")
    return code


def folder(text: str) -> Path:
    """A folder; `~` is the home of whoever runs the process."""
    return Path(text).expanduser()
