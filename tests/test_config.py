"""The configuration: read once, checked at the start, frozen."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from flask.sessions import SecureCookieSessionInterface

from kmz import create_app
from kmz.config import Config, read_config
from kmz.config_review import open_files, setting_lines, unknown_variables, unsafe_settings
from kmz.errors import ConfigError
from tests.conftest import SECRETS

REQUIRED = {
    **SECRETS,
    "KMZ_DATABASE_URL": "postgresql+psycopg://kmz@/kmz",
    "KMZ_PUBLIC_URL": "https://portal.kreis.test",
}
SAFE = {
    **REQUIRED,
    "KMZ_MAIL_SERVER": "mail.kreis.test",
    "KMZ_MAIL_SENDER": "portal@kreis.test",
    "KMZ_SUPPORT_EMAIL": "hilfe@kreis.test",
    "KMZ_ADDRESS_LINE": "Kreisbildung · Weg 1",
    "KMZ_CREDITOR_NAME": "Kreisbildung",
    "KMZ_CREDITOR_ID": "DE11ZZZ00000067477",
    "KMZ_TRUSTED_PROXIES": "1",
}


def test_a_complete_environment_is_enough() -> None:
    config = read_config(REQUIRED)
    assert (config.mode, config.is_https, config.public_host) == (
        "production",
        True,
        "portal.kreis.test",
    )


def test_every_missing_variable_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        read_config({})
    assert [line.split()[0] for line in str(caught.value).splitlines()] == list(
        {**dict.fromkeys(["KMZ_SECRET_KEY", "KMZ_PASSWORD_PEPPER", "KMZ_DATA_KEYS"]), **REQUIRED}
    )


@pytest.mark.parametrize(
    ("variable", "text", "reason"),
    [
        ("KMZ_SECRET_KEY", "kurz", "32 zufällige Zeichen"),
        ("KMZ_PASSWORD_PEPPER", "a" * 64, "32 zufällige Zeichen"),
        ("KMZ_SECRET_KEY_FALLBACKS", "kurz", "32 zufällige Zeichen"),
        ("KMZ_DATA_KEYS", "kein-schlüssel", "Fernet-Schlüssel"),
        ("KMZ_DATA_KEYS", ",", "mindestens ein"),
        ("KMZ_DATABASE_URL", "mysql://localhost/kmz", "sqlite:///"),
        ("KMZ_DATABASE_URL", "sqlite://", "sqlite:///"),
        ("KMZ_DATABASE_URL", "sqlite:///:memory:", "sqlite:///"),
        ("KMZ_DATABASE_URL", "postgres://localhost/kmz", "sqlite:///"),
        ("KMZ_PUBLIC_URL", "http://portal.kreis.test", "https"),
        ("KMZ_PUBLIC_URL", "https://portal.kreis.test/kurse", "ohne Pfad"),
        ("KMZ_PUBLIC_URL", "https://name@portal.kreis.test", "ohne Pfad"),
        ("KMZ_PUBLIC_URL", "portal.kreis.test", "ohne Pfad"),
        ("KMZ_MODE", "debug", "production, demo, test"),
        ("KMZ_HOST", "portal.kreis.test", "IP-Adresse"),
        ("KMZ_MAIL_PORT", "0", "1 bis 65535"),
        ("KMZ_MAIL_PORT", "²", "1 bis 65535"),
        ("KMZ_MAIL_PORT", "1" * 5000, "1 bis 65535"),
        ("KMZ_MAIL_SECURITY", "ssl", "starttls"),
        ("KMZ_MAIL_SENDER", "Portal <portal@kreis.test>", "E-Mail-Adresse"),
        ("KMZ_WORKERS", "viele", "1 bis 64"),
        ("KMZ_LIMIT_LOGIN", "wenige", "eine Grenze wie"),
        ("KMZ_LIMIT_STORAGE", "file:///tmp", "memory"),
        ("KMZ_HOME_URL", "javascript:alert(1)", "eine Adresse wie"),
        ("KMZ_CREDITOR_ID", "DE12ZZZ00000067477", "Prüfziffern"),
        ("KMZ_CREDITOR_ID", "DE11ZZZ0000006747", "18 Stellen"),
        ("KMZ_CREDITOR_IBAN", "DE88370400440532013000", "Prüfziffern"),
        ("KMZ_CREDITOR_IBAN", "AT611904300234573201", "22 Stellen"),
        ("KMZ_CREDITOR_BIC", "COBADEFFXX", "8 oder 11 Stellen"),
        ("KMZ_PASSWORD_POLICY", "none", "documented"),
    ],
)
def test_an_unusable_value_is_named_with_its_reason(variable: str, text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=f"{variable} ist unbrauchbar: .*{reason}"):
        read_config({**REQUIRED, variable: text})


def test_an_unusable_secret_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as caught:
        read_config({**REQUIRED, "KMZ_SECRET_KEY": "geheim-aber-kurz"})
    assert "geheim-aber-kurz" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_http_is_allowed_on_this_machine_only(host: str) -> None:
    assert not read_config({**REQUIRED, "KMZ_PUBLIC_URL": f"http://{host}/"}).is_https


@pytest.mark.parametrize(
    "number",
    ["DE22ZZZ00000455085", "DE49ZZZ00001078697", "DE34VHS00000024189", "de98 zzz 09999999999"],
)
def test_real_creditor_ids_are_accepted(number: str) -> None:
    """The numbers of domain.md L44; the business code takes no part in the check."""
    read = read_config({**REQUIRED, "KMZ_CREDITOR_ID": number}).creditor_id
    assert read == number.replace(" ", "").upper()


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(SECRETS["KMZ_SECRET_KEY"] + "\n", encoding="utf-8")
    environment = {key: text for key, text in REQUIRED.items() if key != "KMZ_SECRET_KEY"}
    config = read_config({**environment, "KMZ_SECRET_KEY_FILE": str(path)})
    assert config.secret_key == SECRETS["KMZ_SECRET_KEY"]


def test_a_file_that_is_not_there_or_doubles_a_variable_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        environment = {**SAFE, "KMZ_MAIL_PASSWORD_FILE": str(path)}
        with pytest.raises(ConfigError, match="KMZ_MAIL_PASSWORD ist unbrauchbar"):
            read_config(environment)
    with pytest.raises(ConfigError, match="sind beide gesetzt"):
        read_config({**REQUIRED, "KMZ_SECRET_KEY_FILE": str(tmp_path / "key")})


def test_an_empty_variable_is_like_none() -> None:
    assert read_config({**REQUIRED, "KMZ_PORT": "", "KMZ_HOME_URL": " "}).port == 8000
    with pytest.raises(ConfigError, match="KMZ_DATABASE_URL fehlt"):
        read_config({**REQUIRED, "KMZ_DATABASE_URL": ""})


def test_localhost_is_understood_as_its_address() -> None:
    assert read_config({**REQUIRED, "KMZ_HOST": "localhost"}).host == "127.0.0.1"


def test_a_changed_secret_key_still_reads_what_the_former_one_signed(tmp_path: Path) -> None:
    """ASVS 11.1.1: rotation without throwing away what visitors hold."""
    folder = {"KMZ_DATABASE_URL": "sqlite:///none.db", "KMZ_INSTANCE": str(tmp_path)}
    new_key = "neu-" + SECRETS["KMZ_SECRET_KEY"]
    before = create_app(read_config({**REQUIRED, **folder}))
    changed = {**REQUIRED, **folder, "KMZ_SECRET_KEY": new_key}
    rotated = {**changed, "KMZ_SECRET_KEY_FALLBACKS": SECRETS["KMZ_SECRET_KEY"]}
    sessions = SecureCookieSessionInterface()
    signer = sessions.get_signing_serializer(before)
    assert signer is not None
    cookie = signer.dumps({"csrf_token": "abc"})
    for settings, is_read in ((rotated, True), (changed, False)):
        reader = sessions.get_signing_serializer(create_app(read_config(settings)))
        assert reader is not None
        known, _content = reader.loads_unsafe(cookie)
        assert known is is_read


def test_nothing_changes_after_the_start() -> None:
    config = read_config(REQUIRED)
    with pytest.raises(FrozenInstanceError):
        config.mode = "demo"  # type: ignore[misc]


@pytest.mark.parametrize("value", ["1", "true", "yes"])
def test_production_refuses_the_debugger(value: str) -> None:
    with pytest.raises(ConfigError, match="FLASK_DEBUG"):
        read_config({**REQUIRED, "FLASK_DEBUG": value})
    assert read_config({**REQUIRED, "FLASK_DEBUG": "0"}).mode == "production"


def test_a_safe_environment_has_no_findings() -> None:
    assert unsafe_settings(read_config(SAFE)) == []


@pytest.mark.parametrize(
    ("settings", "finding"),
    [
        ({"KMZ_MODE": "demo"}, "KMZ_MODE ist nicht production"),
        ({"KMZ_PUBLIC_URL": "http://localhost"}, "KMZ_PUBLIC_URL ist nicht https"),
        ({"KMZ_HOST": "0.0.0.0"}, "KMZ_HOST ist von außen"),  # noqa: S104 - the claim
        ({"KMZ_TRUSTED_PROXIES": "0"}, "KMZ_TRUSTED_PROXIES=0"),
        ({"KMZ_WORKERS": "2"}, "KMZ_LIMIT_STORAGE=memory"),
        ({"KMZ_WORKERS": "2", "KMZ_DATABASE_URL": "sqlite:///kmz.db"}, "KMZ_WORKERS>1 mit SQLite"),
        ({"KMZ_THREADS": "9"}, "KMZ_DATABASE_POOL ist kleiner"),
        ({"KMZ_DATABASE_URL": "postgresql+psycopg://kmz@db.kreis.test/kmz"}, "sslmode=verify-full"),
        ({"KMZ_PASSWORD_BLOCKLIST": "off"}, "KMZ_PASSWORD_BLOCKLIST=off"),
        ({"KMZ_PASSWORD_PEPPER": SECRETS["KMZ_SECRET_KEY"]}, "sind nicht verschieden"),
        ({"KMZ_MAIL_SERVER": ""}, "KMZ_MAIL_SERVER fehlt"),
        ({"KMZ_MAIL_SECURITY": "none"}, "KMZ_MAIL_SECURITY=none"),
        ({"KMZ_MAIL_SENDER": ""}, "KMZ_MAIL_SENDER ist noch"),
        ({"KMZ_SUPPORT_EMAIL": ""}, "KMZ_SUPPORT_EMAIL ist noch"),
        ({"KMZ_ADDRESS_LINE": ""}, "KMZ_ADDRESS_LINE ist noch"),
        ({"KMZ_CREDITOR_NAME": ""}, "KMZ_CREDITOR_NAME ist noch"),
        ({"KMZ_CREDITOR_ID": ""}, "KMZ_CREDITOR_ID ist noch"),
    ],
)
def test_every_unsafe_setting_is_found(settings: dict[str, str], finding: str) -> None:
    found = unsafe_settings(read_config({**SAFE, **settings}))
    assert [sentence for sentence in found if finding in sentence], found


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://kmz@127.0.0.1/kmz",
        "postgresql+psycopg://kmz@/kmz?host=/run/postgresql",
        "postgresql+psycopg://kmz@db.kreis.test/kmz?sslmode=verify-full",
    ],
)
def test_a_database_near_by_or_behind_tls_is_safe(url: str) -> None:
    assert unsafe_settings(read_config({**SAFE, "KMZ_DATABASE_URL": url})) == []


def test_the_list_of_settings_shows_all_of_them_and_no_secret() -> None:
    lines = setting_lines({**SAFE, "KMZ_MAIL_PASSWORD": "mail-geheimnis"})
    text = "\n".join(lines)
    assert len(lines) == len(fields(Config))
    for secret in (*SECRETS.values(), "mail-geheimnis", "psycopg://kmz@"):
        assert secret not in text
    assert "gesetzt   KMZ_MAIL_SERVER: SMTP-Server; ohne ihn warten alle Mails [mail.k" in text


def test_a_misspelt_variable_is_noticed() -> None:
    environment = {**SAFE, "KMZ_MAIL_SEVER": "x", "KMZ_SECRET_KEY_FILE": "y", "PATH": "z"}
    assert unknown_variables(environment) == ["KMZ_MAIL_SEVER"]


def test_files_that_others_can_read_are_noticed(tmp_path: Path) -> None:
    key, data = tmp_path / "key", tmp_path / "kmz.db"
    for path in (key, data):
        path.write_text(SECRETS["KMZ_SECRET_KEY"], encoding="utf-8")
    settings = {
        **{name: text for name, text in REQUIRED.items() if name != "KMZ_SECRET_KEY"},
        "KMZ_SECRET_KEY_FILE": str(key),
        "KMZ_INSTANCE": str(tmp_path),
        "KMZ_DATABASE_URL": f"sqlite:///{data}",
    }
    config = read_config(settings)
    tmp_path.chmod(0o755)
    key.chmod(0o640)
    data.chmod(0o604)
    found = open_files(config, settings)
    assert [line.split(":")[0] for line in found] == [
        "KMZ_SECRET_KEY_FILE",
        "KMZ_DATABASE_URL",
        "KMZ_INSTANCE",
    ]
    tmp_path.chmod(0o700)
    key.chmod(0o600)
    data.chmod(0o600)
    assert open_files(config, settings) == []
