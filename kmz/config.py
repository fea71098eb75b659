"""Configuration: one frozen object, read once from the environment, checked at start.

Every field carries its variable, its meaning and how unsafe values are found, so that `kmz check`,
the documentation and the start itself cannot disagree. A variable may also be given as `NAME_FILE`,
the path of a file that holds the value (for secrets mounted by the service manager).
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from kmz.errors import ConfigError

MODES = ("production", "demo", "test")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _setting(
    variable: str,
    meaning: str,
    *,
    default: Any = MISSING,
    parse: Callable[[str], Any] = str,
    secret: bool = False,
) -> Any:
    metadata = {"variable": variable, "meaning": meaning, "parse": parse, "secret": secret}
    return field(metadata=metadata, **({} if default is MISSING else {"default": default}))


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError("erlaubt sind: " + ", ".join(choices))
        return text

    return parse


def _whole(minimum: int, maximum: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not minimum <= int(text) <= maximum:
            raise ValueError(f"eine ganze Zahl von {minimum} bis {maximum}")
        return int(text)

    return parse


def _secret(text: str) -> str:
    if len(text) < 32 or len(set(text)) < 8:
        raise ValueError("mindestens 32 zufällige Zeichen (kmz secrets erzeugt sie)")
    return text


def _fernet_keys(text: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    try:
        for key in keys:
            Fernet(key)
    except ValueError as error:
        raise ValueError("Fernet-Schlüssel, mit Komma getrennt (kmz secrets)") from error
    if not keys:
        raise ValueError("mindestens ein Fernet-Schlüssel (kmz secrets)")
    return keys


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError("eine Adresse wie https://portal.beispiel.de ohne Pfad")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("https; http ist nur auf dem eigenen Rechner erlaubt")
    return text.rstrip("/")


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings of one running portal."""

    secret_key: str = _setting(
        "KMZ_SECRET_KEY", "signiert CSRF-Token und Formularsitzung", parse=_secret, secret=True
    )
    password_pepper: str = _setting(
        "KMZ_PASSWORD_PEPPER", "Pfeffer der Passwort-Hashes", parse=_secret, secret=True
    )
    data_keys: tuple[str, ...] = _setting(
        "KMZ_DATA_KEYS",
        "Schlüssel der IBAN-Felder, neuester zuerst",
        parse=_fernet_keys,
        secret=True,
    )
    fingerprint_key: str = _setting(
        "KMZ_FINGERPRINT_KEY", "Schlüssel der Suchabdrücke", parse=_secret, secret=True
    )
    database_url: str = _setting(
        "KMZ_DATABASE_URL", "sqlite:///… oder postgresql+psycopg://…", secret=True
    )
    public_url: str = _setting("KMZ_PUBLIC_URL", "Adresse des Portals", parse=_public_url)
    secret_key_fallbacks: tuple[str, ...] = _setting(
        "KMZ_SECRET_KEY_FALLBACKS",
        "frühere Schlüssel, mit Komma",
        default=(),
        parse=_list,
        secret=True,
    )
    mode: str = _setting(
        "KMZ_MODE", "production, demo, test", default="production", parse=_one_of(*MODES)
    )
    instance: Path = _setting(
        "KMZ_INSTANCE", "Ordner für Daten", default=Path("instance"), parse=Path
    )

    mail_server: str = _setting("KMZ_MAIL_SERVER", "SMTP-Server", default="")
    mail_port: int = _setting("KMZ_MAIL_PORT", "SMTP-Port", default=587, parse=_whole(1, 65535))
    mail_security: str = _setting(
        "KMZ_MAIL_SECURITY",
        "starttls, tls, none",
        default="starttls",
        parse=_one_of("starttls", "tls", "none"),
    )
    mail_username: str = _setting("KMZ_MAIL_USERNAME", "SMTP-Benutzer", default="")
    mail_password: str = _setting("KMZ_MAIL_PASSWORD", "SMTP-Passwort", default="", secret=True)
    mail_sender: str = _setting("KMZ_MAIL_SENDER", "Absenderadresse", default="portal@example.org")
    mail_timeout: int = _setting(
        "KMZ_MAIL_TIMEOUT", "SMTP-Frist in Sekunden", default=10, parse=_whole(1, 60)
    )

    host: str = _setting("KMZ_HOST", "Adresse, auf der gelauscht wird", default="127.0.0.1")
    port: int = _setting(
        "KMZ_PORT", "Port, auf dem gelauscht wird", default=8000, parse=_whole(1, 65535)
    )
    workers: int = _setting("KMZ_WORKERS", "Prozesse des Servers", default=1, parse=_whole(1, 64))
    threads: int = _setting("KMZ_THREADS", "Threads je Prozess", default=4, parse=_whole(1, 64))
    database_pool: int = _setting(
        "KMZ_DATABASE_POOL", "Verbindungen je Prozess", default=8, parse=_whole(1, 100)
    )
    trusted_proxies: int = _setting(
        "KMZ_TRUSTED_PROXIES", "Zahl der vertrauten Proxys davor", default=0, parse=_whole(0, 5)
    )
    limit_storage: str = _setting(
        "KMZ_LIMIT_STORAGE", "memory:// oder redis://… bei mehreren Prozessen", default="memory://"
    )
    limit_login: str = _setting("KMZ_LIMIT_LOGIN", "Login je Adresse", default="30 per 15 minutes")
    limit_mail: str = _setting(
        "KMZ_LIMIT_MAIL", "Formulare, die Mails auslösen, je Adresse", default="20 per hour"
    )
    limit_search: str = _setting(
        "KMZ_LIMIT_SEARCH", "Kurssuche je Adresse", default="600 per minute"
    )
    log_level: str = _setting(
        "KMZ_LOG_LEVEL", "info oder warning", default="info", parse=_one_of("info", "warning")
    )

    site_name: str = _setting("KMZ_SITE_NAME", "Name des Portals", default="kmz")
    site_tagline: str = _setting(
        "KMZ_SITE_TAGLINE", "Zeile neben dem Namen", default="Kurse, Medien, Veranstaltungen"
    )
    house_label: str = _setting("KMZ_HOUSE_LABEL", "Menüpunkt des eigenen Hauses", default="ZIB")
    home_url: str = _setting("KMZ_HOME_URL", "Internetseite des Hauses", default="")
    address_line: str = _setting(
        "KMZ_ADDRESS_LINE",
        "Anschrift im Seitenfuß",
        default="kmz · Beispielplatz 1 · 12345 Musterstadt",
    )
    support_email: str = _setting(
        "KMZ_SUPPORT_EMAIL", "Adresse für Fragen", default="support@example.org"
    )
    support_phone: str = _setting(
        "KMZ_SUPPORT_PHONE", "Telefon für Fragen", default="+49 1234 56789-0"
    )
    creditor_name: str = _setting(
        "KMZ_CREDITOR_NAME", "Zahlungsempfänger", default="kmz Musterstadt"
    )
    creditor_id: str = _setting(
        "KMZ_CREDITOR_ID", "Gläubiger-Identifikationsnummer", default="DE98ZZZ09999999999"
    )
    bank_account_required: str = _setting(
        "KMZ_BANK_ACCOUNT_REQUIRED",
        "fee oder always",
        default="fee",
        parse=_one_of("fee", "always"),
    )
    password_policy: str = _setting(
        "KMZ_PASSWORD_POLICY",
        "documented oder strong",
        default="documented",
        parse=_one_of("documented", "strong"),
    )
    password_blocklist: str = _setting(
        "KMZ_PASSWORD_BLOCKLIST",
        "reject oder off",
        default="reject",
        parse=_one_of("reject", "off"),
    )

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def public_host(self) -> str:
        """Host of the public address, with its port where it has one."""
        return urlsplit(self.public_url).netloc

    @property
    def mail_folder(self) -> Path | None:
        """Where the demo writes its mails instead of sending them; None elsewhere."""
        return self.instance / "mail" if self.mode == "demo" else None


def read_config(environment: Mapping[str, str]) -> Config:
    """The configuration from environment variables.

    Raises ConfigError that lists every variable that is missing or unusable, and why.
    """
    values: dict[str, Any] = {}
    faults: list[str] = []
    for entry in fields(Config):
        variable = entry.metadata["variable"]
        try:
            text = _text_of(variable, environment)
            if text is not None:
                values[entry.name] = entry.metadata["parse"](text)
            elif entry.default is MISSING:
                faults.append(f"{variable} fehlt: {entry.metadata['meaning']}")
        except (ValueError, OSError) as error:
            faults.append(f"{variable} ist unbrauchbar: {error}")
    if faults:
        raise ConfigError("\n".join(faults))
    config = Config(**values)
    if config.mode == "production" and environment.get("FLASK_DEBUG", "0") not in {"", "0"}:
        raise ConfigError("FLASK_DEBUG darf im Betrieb nicht gesetzt sein")
    return config


def _text_of(variable: str, environment: Mapping[str, str]) -> str | None:
    path = environment.get(f"{variable}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    text = environment.get(variable)
    return text.strip() if text is not None and text.strip() else None


def unsafe_settings(config: Config) -> list[str]:
    """What runs but should not stay so in production: one German sentence each, naming the
    variable.
    """
    loopback_mail = config.mail_server in LOOPBACK
    several = config.workers > 1
    placeholder = "example.org"
    findings = {
        "KMZ_MODE ist nicht production.": config.mode != "production",
        "KMZ_PUBLIC_URL ist nicht https.": not config.is_https,
        "KMZ_MAIL_SERVER fehlt: Es werden keine Mails verschickt.": not config.mail_server,
        "KMZ_MAIL_SECURITY=none überträgt Mails unverschlüsselt.": (
            config.mail_security == "none" and bool(config.mail_server) and not loopback_mail
        ),
        "KMZ_MAIL_SENDER ist noch der Platzhalter.": placeholder in config.mail_sender,
        "KMZ_SUPPORT_EMAIL ist noch der Platzhalter.": placeholder in config.support_email,
        "KMZ_ADDRESS_LINE ist noch der Platzhalter.": "Musterstadt" in config.address_line,
        "KMZ_CREDITOR_ID ist noch die Testnummer.": config.creditor_id == "DE98ZZZ09999999999",
        "KMZ_CREDITOR_NAME ist noch der Platzhalter.": "Musterstadt" in config.creditor_name,
        "KMZ_LIMIT_STORAGE=memory:// zählt bei mehreren Prozessen getrennt.": (
            several and config.limit_storage.startswith("memory")
        ),
        "KMZ_WORKERS>1 mit SQLite: Für mehrere Prozesse ist PostgreSQL vorgesehen.": (
            several and config.database_url.startswith("sqlite")
        ),
        "KMZ_DATABASE_URL ohne sslmode=verify-full zu einem fremden Rechner.": _plain_remote(
            config.database_url
        ),
    }
    return [sentence for sentence, unsafe in findings.items() if unsafe]


def _plain_remote(url: str) -> bool:
    parts = urlsplit(url)
    remote = parts.scheme.startswith("postgresql") and parts.hostname not in {None, *LOOPBACK}
    return remote and "sslmode=verify-full" not in parts.query


def setting_lines(environment: Mapping[str, str]) -> list[str]:
    """Every setting with its meaning and whether it is set; secrets are never shown."""
    lines = []
    for entry in fields(Config):
        variable, meaning = entry.metadata["variable"], entry.metadata["meaning"]
        given = variable in environment or f"{variable}_FILE" in environment
        state = "gesetzt" if given else ("FEHLT" if entry.default is MISSING else "Vorgabe")
        shown = entry.default if not given and entry.default is not MISSING else ""
        value = "" if entry.metadata["secret"] or shown in ("", ()) else f" [{shown}]"
        lines.append(f"{state:<8}  {variable}: {meaning}{value}")
    return lines
