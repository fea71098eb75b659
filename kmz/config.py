"""Configuration: one frozen object, read once from the environment, checked at start.

Every field carries its variable, its meaning and how unusable values are found, so that
`kmz check`, the documentation and the start itself cannot disagree. A variable may also be given
as `NAME_FILE`, the path of a file that holds the value (for secrets of the service manager).
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kmz import config_values as values
from kmz.config_booking import BookingConfig
from kmz.config_setting import setting
from kmz.errors import ConfigError

MODES = ("production", "demo", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(BookingConfig):
    """All settings of one running portal."""

    secret_key: str = setting(
        "KMZ_SECRET_KEY", "signiert CSRF-Token und Hinweise", parse=values.secret, secret=True
    )
    password_pepper: str = setting(
        "KMZ_PASSWORD_PEPPER", "Pfeffer der Passwort-Hashes", parse=values.secret, secret=True
    )
    data_keys: tuple[str, ...] = setting(
        "KMZ_DATA_KEYS",
        "Schlüssel der IBAN-Felder, mit Komma, neuester zuerst",
        parse=values.fernet_keys,
        secret=True,
    )
    fingerprint_key: str = setting(
        "KMZ_FINGERPRINT_KEY",
        "Schlüssel der Suchabdrücke (IBAN, Fehlversuche)",
        parse=values.secret,
        secret=True,
    )
    database_url: str = setting(
        "KMZ_DATABASE_URL",
        "sqlite:///… oder postgresql+psycopg://…",
        parse=values.database_url,
        secret=True,
    )
    public_url: str = setting(
        "KMZ_PUBLIC_URL", "Adresse des Portals, ohne Pfad", parse=values.public_url
    )
    secret_key_fallbacks: tuple[str, ...] = setting(
        "KMZ_SECRET_KEY_FALLBACKS",
        "frühere KMZ_SECRET_KEY, mit Komma; gelten beim Prüfen weiter",
        default=(),
        parse=values.secrets,
        secret=True,
    )
    mode: str = setting(
        "KMZ_MODE", "production, demo, test", default="production", parse=values.one_of(*MODES)
    )
    instance: Path = setting(  # noqa: RUF009 - a field, as dataclasses want it
        "KMZ_INSTANCE",
        "Ordner für eigene Dateien; relative SQLite-Pfade beginnen hier",
        default=Path("instance"),
        parse=values.folder,
    )

    mail_server: str = setting(
        "KMZ_MAIL_SERVER", "SMTP-Server; ohne ihn warten alle Mails", default=""
    )
    mail_port: int = setting(
        "KMZ_MAIL_PORT", "SMTP-Port", default=587, parse=values.whole(1, 65535)
    )
    mail_security: str = setting(
        "KMZ_MAIL_SECURITY",
        "starttls, tls, none",
        default="starttls",
        parse=values.one_of("starttls", "tls", "none"),
    )
    mail_username: str = setting("KMZ_MAIL_USERNAME", "SMTP-Benutzer", default="")
    mail_password: str = setting("KMZ_MAIL_PASSWORD", "SMTP-Passwort", default="", secret=True)
    mail_sender: str = setting(
        "KMZ_MAIL_SENDER",
        "Absenderadresse",
        default="portal@example.org",
        parse=values.mail_address,
    )
    mail_timeout: int = setting(
        "KMZ_MAIL_TIMEOUT", "SMTP-Frist je Antwort, Sekunden", default=10, parse=values.whole(1, 60)
    )

    host: str = setting(
        "KMZ_HOST",
        "IP-Adresse, auf der gelauscht wird",
        default="127.0.0.1",
        parse=values.listen_address,
    )
    port: int = setting(
        "KMZ_PORT", "Port, auf dem gelauscht wird", default=8000, parse=values.whole(1, 65535)
    )
    workers: int = setting(
        "KMZ_WORKERS",
        "Prozesse des Servers; ab 2 braucht es kmz worker",
        default=1,
        parse=values.whole(1, 64),
    )
    threads: int = setting(
        "KMZ_THREADS", "Threads je Prozess", default=4, parse=values.whole(1, 64)
    )
    database_pool: int = setting(
        "KMZ_DATABASE_POOL",
        "Datenbankverbindungen je Prozess",
        default=8,
        parse=values.whole(1, 100),
    )
    trusted_proxies: int = setting(
        "KMZ_TRUSTED_PROXIES",
        "Zahl der eigenen Proxys davor",
        default=0,
        parse=values.whole(0, 5),
    )
    limit_storage: str = setting(
        "KMZ_LIMIT_STORAGE",
        "memory:// oder, bei mehreren Prozessen, redis://…",
        default="memory://",
        parse=values.limit_storage,
    )
    limit_login: str = setting(
        "KMZ_LIMIT_LOGIN",
        "Login je Netzadresse",
        default="120 per 15 minutes",
        parse=values.request_limit,
    )
    limit_mail: str = setting(
        "KMZ_LIMIT_MAIL",
        "Formulare, die Mails auslösen, je Netzadresse",
        default="60 per hour",
        parse=values.request_limit,
    )
    limit_search: str = setting(
        "KMZ_LIMIT_SEARCH",
        "Kurssuche je Netzadresse",
        default="600 per minute",
        parse=values.request_limit,
    )
    limit_feeds: str = setting(
        "KMZ_LIMIT_FEEDS",
        "Kalender, Feeds und Schnittstelle je Netzadresse",
        default="240 per minute",
        parse=values.request_limit,
    )
    log_level: str = setting(
        "KMZ_LOG_LEVEL",
        "info oder warning",
        default="info",
        parse=values.one_of("info", "warning"),
    )

    site_name: str = setting("KMZ_SITE_NAME", "Name des Portals", default="kmz")
    site_tagline: str = setting(
        "KMZ_SITE_TAGLINE", "Zeile neben dem Namen", default="Kurse, Medien, Veranstaltungen"
    )
    statistics_number: str = setting(
        "KMZ_STATISTICS_NUMBER",
        "DIE-Statistiknummer des Hauses, für die Open-vhs-Datei",
        default="",
    )
    house_label: str = setting("KMZ_HOUSE_LABEL", "Menüpunkt des eigenen Hauses", default="ZIB")
    home_url: str = setting(
        "KMZ_HOME_URL", "Internetseite des Hauses", default="", parse=values.home_url
    )
    address_line: str = setting(
        "KMZ_ADDRESS_LINE",
        "Anschrift im Seitenfuß",
        default="kmz · Beispielplatz 1 · 12345 Musterstadt",
    )
    support_email: str = setting(
        "KMZ_SUPPORT_EMAIL",
        "E-Mail-Adresse für Fragen",
        default="support@example.org",
        parse=values.mail_address,
    )
    support_phone: str = setting(
        "KMZ_SUPPORT_PHONE", "Telefon für Fragen", default="+49 1234 56789-0"
    )
    creditor_name: str = setting(
        "KMZ_CREDITOR_NAME", "Zahlungsempfänger im SEPA-Mandat", default="kmz Musterstadt"
    )
    creditor_id: str = setting(
        "KMZ_CREDITOR_ID",
        "Gläubiger-Identifikationsnummer; Prüfziffern werden geprüft",
        default="DE98ZZZ09999999999",
        parse=values.creditor_id,
    )
    creditor_iban: str = setting(
        "KMZ_CREDITOR_IBAN",
        "IBAN des Hauses für Überweisungen; ohne sie kein GiroCode",
        default="",
        parse=values.house_iban,
    )
    creditor_bic: str = setting(
        "KMZ_CREDITOR_BIC",
        "BIC dazu; darf fehlen, die IBAN genügt",
        default="",
        parse=values.bic,
    )
    password_policy: str = setting(
        "KMZ_PASSWORD_POLICY",
        "Passwörter der Kundschaft: documented (5 Zeichen, Zahl, Sonderzeichen) oder strong (12)",
        default="documented",
        parse=values.one_of("documented", "strong"),
    )
    password_blocklist: str = setting(
        "KMZ_PASSWORD_BLOCKLIST",
        "verbreitete Passwörter ablehnen: reject oder off",
        default="reject",
        parse=values.one_of("reject", "off"),
    )

    few_percent: int = setting(
        "KMZ_FEW_PERCENT",
        "ab so viel Prozent freien Plätzen „nur noch wenige“; bei 2 Plätzen immer",
        default=20,
        parse=values.whole(0, 100),
    )
    land: str = setting(
        "KMZ_LAND",
        "Land, dessen Feiertage bei Werktagen nicht zählen: BW, BY, BE …",
        default="BW",
        parse=values.one_of(*values.LAENDER),
    )
    recovery_link_hours: int = setting(
        "KMZ_RECOVERY_LINK_HOURS",
        "Stunden, die ein Wiederherstellungslink gilt",
        default=72,
        parse=values.whole(1, 168),
    )

    keep_bookings_years: int = setting(
        "KMZ_KEEP_BOOKINGS_YEARS",
        "Kalenderjahre, die Buchungsbelege gelöschter Kundenkonten bleiben (§ 147 AO)",
        default=8,
        parse=values.whole(6, 10),
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

    Raises ConfigError that lists every variable that is missing or unusable, and why; one a line.
    """
    found: dict[str, Any] = {}
    faults: list[str] = []
    for entry in fields(Config):
        variable = entry.metadata["variable"]
        try:
            text = values.text_of(variable, environment)
            if text is not None:
                found[entry.name] = entry.metadata["parse"](text)
            elif entry.default is MISSING:
                faults.append(f"{variable} fehlt: {entry.metadata['meaning']}")
        except (ValueError, OSError) as error:
            faults.append(f"{variable} ist unbrauchbar: {error}")
    is_production = found.get("mode", "production") == "production"
    # Flask reads it on its own, and its debugger would run code for anybody (ASVS 13.4.2).
    debug = environment.get("FLASK_DEBUG", "").lower() not in {"", "0", "false", "no"}
    if is_production and debug:
        faults.append("FLASK_DEBUG darf im Betrieb nicht gesetzt sein")
    if faults:
        raise ConfigError("\n".join(faults))
    return Config(**found)
