"""What `kmz check` says about an environment: every setting, and what should not stay so."""

import stat
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from urllib.parse import urlsplit

from kmz.config import Config
from kmz.config_values import LOOPBACK

_PLACEHOLDER = "example.org"
_TEST_CREDITOR = "DE98ZZZ09999999999"


def setting_lines(environment: Mapping[str, str]) -> list[str]:
    """Every setting with its meaning, and whether it is set; secrets are never shown."""
    lines = []
    for entry in fields(Config):
        variable = entry.metadata["variable"]
        in_file = bool(environment.get(f"{variable}_FILE"))
        text = environment.get(variable, "").strip()
        is_set = in_file or bool(text)
        required = entry.default is MISSING
        state = "gesetzt" if is_set else ("FEHLT" if required else "Vorgabe")
        shown = text if is_set else ("" if required else str(entry.default or ""))
        hidden = entry.metadata["secret"] or not shown
        value = " [aus Datei]" if in_file else ("" if hidden else f" [{shown}]")
        lines.append(f"{state:<8}  {variable}: {entry.metadata['meaning']}{value}")
    return lines


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """KMZ_ variables that no setting reads: a misspelt name would otherwise go unnoticed."""
    names = {entry.metadata["variable"] for entry in fields(Config)}
    return sorted(
        name
        for name in environment
        if name.startswith("KMZ_") and name.removesuffix("_FILE") not in names
    )


def open_files(config: Config, environment: Mapping[str, str]) -> list[str]:
    """Sentences about secret files and data that others on this machine can read (ASVS 13.3.2)."""
    secrets = {
        f"{entry.metadata['variable']}_FILE": environment.get(f"{entry.metadata['variable']}_FILE")
        for entry in fields(Config)
        if entry.metadata["secret"]
    }
    paths = {name: Path(path) for name, path in secrets.items() if path}
    if config.database_url.startswith("sqlite:///"):
        database = config.database_url.removeprefix("sqlite:///").partition("?")[0]
        paths["KMZ_DATABASE_URL"] = config.instance / database
        paths["KMZ_INSTANCE"] = config.instance
    return [
        f"{name}: {path} ist für andere Benutzer lesbar (chmod go= {path})."
        for name, path in paths.items()
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]


def unsafe_settings(config: Config) -> list[str]:
    """What runs but should not stay so in production: one German sentence each, naming the
    variable.
    """
    several = config.workers > 1
    findings = {
        "KMZ_MODE ist nicht production.": config.mode != "production",
        "KMZ_PUBLIC_URL ist nicht https.": not config.is_https,
        "KMZ_HOST ist von außen erreichbar; kmz selbst spricht kein TLS.": (
            config.host not in LOOPBACK
        ),
        "KMZ_TRUSTED_PROXIES=0: Hinter einem Proxy teilen sich alle eine Netzadresse.": (
            config.is_https and not config.trusted_proxies
        ),
        "KMZ_LIMIT_STORAGE=memory:// zählt bei mehreren Prozessen getrennt.": (
            several and config.limit_storage.startswith("memory")
        ),
        "KMZ_WORKERS>1 mit SQLite: Für mehrere Prozesse ist PostgreSQL vorgesehen.": (
            several and config.database_url.startswith("sqlite")
        ),
        "KMZ_DATABASE_POOL ist kleiner als KMZ_THREADS: Anfragen warten und scheitern.": (
            config.database_pool < config.threads
        ),
        "KMZ_DATABASE_URL ohne sslmode=verify-full zu einem fremden Rechner.": _plain_remote(
            config.database_url
        ),
        "KMZ_PASSWORD_BLOCKLIST=off lässt verbreitete Passwörter zu.": (
            config.password_blocklist == "off"  # noqa: S105 - a choice, no password
        ),
        "KMZ_SECRET_KEY, KMZ_PASSWORD_PEPPER und KMZ_FINGERPRINT_KEY sind nicht verschieden.": (
            len({config.secret_key, config.password_pepper, config.fingerprint_key}) < 3
        ),
        "KMZ_CREDITOR_IBAN fehlt: Wer überweisen will, erfährt nicht wohin.": (
            "bank_transfer" in config.payment_methods and not config.creditor_iban
        ),
        **_mail_findings(config),
        **_placeholders(config),
    }
    return [sentence for sentence, unsafe in findings.items() if unsafe]


def _mail_findings(config: Config) -> dict[str, bool]:
    remote = bool(config.mail_server) and config.mail_server not in LOOPBACK
    return {
        "KMZ_MAIL_SERVER fehlt: Es werden keine Mails verschickt.": not config.mail_server,
        "KMZ_MAIL_SECURITY=none überträgt Mails unverschlüsselt.": (
            config.mail_security == "none" and remote
        ),
    }


def _placeholders(config: Config) -> dict[str, bool]:
    return {
        "KMZ_MAIL_SENDER ist noch der Platzhalter.": _PLACEHOLDER in config.mail_sender,
        "KMZ_SUPPORT_EMAIL ist noch der Platzhalter.": _PLACEHOLDER in config.support_email,
        "KMZ_ADDRESS_LINE ist noch der Platzhalter.": "Musterstadt" in config.address_line,
        "KMZ_CREDITOR_NAME ist noch der Platzhalter.": "Musterstadt" in config.creditor_name,
        "KMZ_CREDITOR_ID ist noch die Testnummer.": config.creditor_id == _TEST_CREDITOR,
    }


def _plain_remote(url: str) -> bool:
    parts = urlsplit(url)
    remote = parts.scheme.startswith("postgresql") and parts.hostname not in {None, *LOOPBACK}
    return remote and "sslmode=verify-full" not in parts.query
