"""What the pages for operators say is what the program does."""

import re
from dataclasses import fields
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from kmz.accounts import rules, slowing
from kmz.alerts import rules as alerts
from kmz.config import Config
from kmz.mail.smtp import CONVERSATION_TIMEOUTS
from tests.conftest import make_config
from tests.test_config import SAFE
from tests.tools.postgres import PostgresServer
from tests.tools.program import free_port, run_kmz, running
from tests.tools.reference import DOCS, PARTS, renewed

ROOT = DOCS.parent
OPERATORS = (DOCS / "betrieb.md").read_text(encoding="utf-8")
AUDITORS = (DOCS / "sicherheit.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = (ROOT / "README.md", *sorted(DOCS.glob("*.md")))


@pytest.mark.parametrize("name", PARTS)
def test_the_parts_that_the_program_knows_are_current(name: str) -> None:
    message = "write it anew: python -m tests.tools.reference"
    assert (DOCS / name).read_text(encoding="utf-8") == renewed(name), message


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    known = {entry.metadata["variable"] for entry in fields(Config)}
    for page in PAGES:
        named = set(re.findall(r"\bKMZ_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8")))
        assert named - known - {"KMZ_LIMIT"} == set(), page.name


def test_every_command_that_is_named_exists() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", text)) <= targets
    listed = run_kmz("--help", settings={}).stdout
    for command in set(re.findall(r"`kmz ([a-z]+)", text)):
        assert f"\n  {command} " in listed


def test_every_file_that_is_linked_exists() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_inventory_of_events_is_complete() -> None:
    said = set()
    for path in (ROOT / "kmz").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        said |= set(re.findall(r"\blog\.(?:event|warn|error)\(\s*\"([a-z._]+)\"", text))
    rows = re.findall(r"^\| (`.+?`) \| [a-z, ]+ \|", OPERATORS, re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([a-z._]+)`", row)}
    assert listed == said | {"process.failed", "library"}


def test_times_and_limits_are_as_written(tmp_path: Path) -> None:
    config = make_config("sqlite:///none.db", tmp_path)
    assert CONVERSATION_TIMEOUTS == 5
    assert "das Fünffache" in OPERATORS
    minutes = [
        int(limit.total_seconds() / 60)
        for limit in (
            rules.CUSTOMER_IDLE,
            rules.STAFF_IDLE,
            rules.FRESH_FOR,
            rules.STAFF_FRESH_FOR,
        )
    ]
    assert minutes == [30, 15, 10, 15]
    hours = [rules.CUSTOMER_ABSOLUTE, rules.STAFF_ABSOLUTE, rules.SIGNUP_LINK_LIFETIME]
    assert [int(limit.total_seconds() / 3600) for limit in hours] == [12, 8, 48]
    assert (alerts.MAX_SEARCHES, alerts.MAX_SEAT_ALERTS, alerts.MAX_MAILS) == (20, 50, 5)
    assert (alerts.LINK_LIFETIME.days, alerts.GUEST_SEARCH_LIFETIME.days) == (2, 730)
    assert config.mail_timeout == 10


def test_the_steps_of_slowed_guessing_are_as_written() -> None:
    for name, steps in (
        ("Kundenkonto oder Zugang", slowing.AT_ACCOUNT),
        ("Netzadresse", slowing.FROM_ADDRESS),
    ):
        assert f"| {name} | {steps.free} | 2, 4, 8 … 60 Sekunden | ab {steps.full} |" in AUDITORS
    assert f"Ab {slowing.MAX_FAILURES} Fehlversuchen" in AUDITORS


def test_the_documented_grants_are_enough_at_run_time_and_no_more(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    """ASVS 13.2.2: the statements of the page are run as they stand there."""
    for_server, for_database = re.findall(r"```sql\n(.*?)```", OPERATORS, re.DOTALL)
    run_sql(postgres, "postgres", for_server)
    run_sql(postgres, "kmz", for_database)
    settings = {**SAFE, "KMZ_INSTANCE": str(tmp_path), "KMZ_PORT": str(free_port())}
    as_owner = {**settings, "KMZ_DATABASE_URL": url_of(postgres, "kmz_owner")}
    as_app = {**settings, "KMZ_DATABASE_URL": url_of(postgres, "kmz_app")}
    refused = run_kmz("migrate", settings=as_app)
    assert refused.returncode == 1
    assert "permission denied" in refused.stderr
    assert run_kmz("migrate", settings=as_owner).returncode == 0
    added = run_kmz(
        *("staff", "add", "a@example.org", "--role=admin", "--password-stdin"),
        settings=as_app,
        typed="ein-langes-passwort-1\n",
    )
    assert added.returncode == 0, added.stderr
    with running("serve", settings=as_app, log=tmp_path / "log") as server:
        server.wait_until_it_answers()
        assert server.ask("/kurse")[0] == 200
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run_sql(postgres, "kmz", "SET ROLE kmz_app; CREATE TABLE more (id int)")


def url_of(postgres: PostgresServer, role: str) -> str:
    return postgres.url("kmz").replace(f"{postgres.user}@", f"{role}@")


def run_sql(postgres: PostgresServer, database: str, statements: str) -> None:
    with psycopg.connect(
        host=str(postgres.home), user=postgres.user, dbname=database, autocommit=True
    ) as connection:
        plain = re.sub(r"--.*", "", statements)
        for statement in filter(str.strip, plain.split(";")):
            connection.execute(sql.SQL(statement))
