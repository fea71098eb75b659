"""`kmz import`: sources, whole and partial files, tables and their columns."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from kmz.catalog.cli import import_command
from kmz.catalog.import_queries import kept_columns
from kmz.catalog.models import CourseSource
from kmz.catalog.queries import get_course
from kmz.db import db, transaction
from tests.catalog.imports.sample import feed
from tests.catalog.imports.steps import course, is_public, record
from tests.catalog.imports.tables import ROW, csv_file, xlsx_file


class Shell:
    """Runs `kmz import` on files with these bytes."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self._runner, self._folder = app.test_cli_runner(), folder

    def __call__(self, name: str, data: bytes, *options: str) -> Result:
        file = self._folder / "datei"
        file.write_bytes(data)
        return self._runner.invoke(import_command, [name, str(file), *options])


@pytest.fixture
def shell(app: Flask, tmp_path: Path) -> Shell:
    return Shell(app, tmp_path)


def test_the_same_key_of_two_sources_is_two_courses(shell: Shell) -> None:
    shell("berlin", feed(record("1")))
    shell("berlin", feed(record("1", name="Anders")), "--source", "nord")
    sources = db.session.execute(select(CourseSource.source, CourseSource.external_id)).all()
    assert sorted(sources) == [("berlin", "1"), ("nord", "1")]
    assert course("1", "nord").slug == "n1-1"
    wrong = shell("berlin", feed(), "--source", "../Nord")
    assert wrong.exit_code == 2
    assert "Kleinbuchstaben" in wrong.output


def test_a_full_file_takes_offline_what_it_lacks(shell: Shell) -> None:
    shell("berlin", feed(*(record(guid) for guid in "1234")))
    assert "Aus dem" not in shell("berlin", feed(record("1"))).output
    result = shell("berlin", feed(record("1"), record("2"), record("3")), "--full")
    assert (result.exit_code, "Aus dem Programm genommen: 1\n" in result.output) == (0, True)
    assert not is_public("4")


def test_a_file_that_empties_the_programme_needs_a_word(shell: Shell) -> None:
    shell("berlin", feed(*(record(guid) for guid in "1234")))
    refused = shell("berlin", feed(record("1")), "--full")
    assert refused.exit_code == 1
    assert "3 von 4" in refused.output
    assert "--allow-shrinking" in refused.output
    trial = shell("berlin", feed(record("1")), "--full", "--dry-run")
    assert (trial.exit_code, "Achtung: Mehr als die Hälfte" in trial.output) == (0, True)
    assert is_public("2")
    assert shell("berlin", feed(record("1")), "--full", "--allow-shrinking").exit_code == 0
    assert not is_public("2")


def test_a_table_says_how_its_columns_were_understood(shell: Shell) -> None:
    result = shell("csv", csv_file(ROW), "--source", "haus")
    assert result.exit_code == 0
    assert "Kursnummer: Spalte „Kursnummer“\n" in result.output
    assert "Entgelt: Spalte „Gebühr“\n" in result.output
    assert "1 neu, 0 geändert, 0 unverändert, 0 abgelehnt" in result.output
    assert course("271-1", "haus").fee_cents == 8470
    again = shell("csv", xlsx_file(ROW), "--source", "haus")
    assert "0 neu, 0 geändert, 1 unverändert" in again.output


def test_named_columns_are_kept_for_the_source(shell: Shell) -> None:
    header = ["Code", "Überschrift"]
    refused = shell("csv", csv_file(["1", "Eins"], header=header))
    assert (refused.exit_code, "„Kursnummer“ zugeordnet" in refused.output) == (1, True)
    named = ("--map", "Kursnummer=Code", "--map", "titel=Überschrift")
    assert shell("csv", csv_file(["1", "Eins"], header=header), *named).exit_code == 0
    assert kept_columns("csv") == {"nummer": "Code", "titel": "Überschrift"}
    assert shell("csv", csv_file(["1", "Zwei"], header=header)).exit_code == 0
    assert course("1", "csv").title == "Zwei"
    wrong = shell("csv", csv_file(["1", "Eins"], header=header), "--map", "Farbe=Code")
    assert (wrong.exit_code, "Felder sind Kursnummer" in wrong.output) == (2, True)


def test_a_trial_keeps_no_columns(shell: Shell) -> None:
    header = ["Code", "Titel"]
    result = shell(
        "csv", csv_file(["1", "Eins"], header=header), "--map", "nummer=Code", "--dry-run"
    )
    assert result.exit_code == 0
    assert kept_columns("csv") == {}


def test_a_table_leaves_alone_what_it_does_not_know(shell: Shell) -> None:
    shell("csv", csv_file(ROW))
    with transaction():
        course("271-1", "csv").description_html = "<p>Unser Text</p>"
    short = csv_file(["271-1", "Anderer Titel"], header=["Kursnummer", "Titel"])
    assert "0 neu, 1 geändert" in shell("csv", short).output
    now = get_course(course("271-1", "csv").id)
    assert (now.title, now.fee_cents, now.max_participants) == ("Anderer Titel", 8470, 12)
    assert now.description_html == "<p>Unser Text</p>"
    assert (len(now.sessions), len(now.instructor_links)) == (1, 1)
    assert now.starts_on is not None
    assert now.booking_channel == "online"


def test_a_row_without_number_or_title_is_refused_by_its_line(shell: Shell) -> None:
    result = shell("csv", csv_file(ROW, ["", "Ohne"], ["2", ""], ["3", "Da", "bald"]))
    assert "1 neu, 0 geändert, 0 unverändert, 3 abgelehnt" in result.output
    for line in (
        "Zeile 3: Kursnummer fehlt",
        "Zeile 4 (Kursnummer 2): Titel fehlt",
        "Zeile 5 (Kursnummer 3): Termin „bald“ ist kein mögliches Datum",
    ):
        assert f"Abgelehnt: {line}\n" in result.output


def test_junk_ends_with_one_and_changes_nothing(shell: Shell) -> None:
    for data in (b"", b"PK\x03\x04 kaputt", bytes(range(256))):
        result = shell("csv", data)
        assert (result.exit_code, "nichts geändert" in result.output) == (1, True)
