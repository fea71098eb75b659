"""Files that are none of ours, and the command that reads them."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kmz.catalog.cli import import_command
from kmz.catalog.imports import records
from kmz.catalog.imports.imported import UnreadableFileError
from kmz.catalog.imports.records import read_records
from kmz.catalog.models import Course
from tests.catalog.imports.sample import feed, record_2026


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", r"Zeile 1, Spalte 1"),
        (b'{"veranstaltungen":\n  {"veranstaltung": [{"guid": ', r"Zeile 2, Spalte \d+"),
        (b"<kurse/>", r"Zeile 1, Spalte 1"),
        (b'{"a": "\xfc"}', r"UTF-8 .*Zeile 1, Byte 8"),
        (b"[]", r"veranstaltung"),
        (b'{"veranstaltungen": null}', r"veranstaltung"),
        (b'{"veranstaltungen": {}}', r"veranstaltung"),
        (b"[" * 100_000, r"lesen"),
        (b"1" * 5000, r"lesen"),
    ],
)
def test_an_unreadable_file_is_refused_with_its_place(data: bytes, place: str) -> None:
    with pytest.raises(UnreadableFileError, match=place):
        list(read_records(data))


def test_a_truncated_file_is_refused_as_a_whole() -> None:
    data = feed(record_2026(), record_2026(guid="2"))
    for length in range(1, len(data) - 1, 97):
        with pytest.raises(UnreadableFileError):
            list(read_records(data[:length]))


def test_a_file_with_one_course_or_none_is_a_file() -> None:
    single = json.dumps({"veranstaltungen": {"veranstaltung": record_2026()}}).encode()
    assert len(list(read_records(b"\xef\xbb\xbf" + single))) == 1
    assert list(read_records(b'{"veranstaltungen": {"veranstaltung": null}}')) == []


def test_reading_in_pieces_reads_what_reading_at_once_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = [record_2026(name="Grüße 🎓"), 123456, "a,]}", [], {}, None, -1.5e3, record_2026()]
    data = feed(*values)
    again = b"\xef\xbb\xbf \n" + json.dumps(json.loads(data), indent=2).encode() + b"\n "
    more = data.replace(b"]}}", b'], "stand": "heute"}}')
    for size in (1, 7, 64, 1 << 20):
        monkeypatch.setattr(records, "_PIECE", size)
        assert list(read_records(data)) == values
        assert list(read_records(again)) == values
        assert list(read_records(more)) == values


@pytest.mark.parametrize("end", [b"]}", b"]}} x", b",]}}", b"] ]}}", b'{"guid": "2"}]}}'])
def test_what_is_wrong_behind_the_courses_is_found(end: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        list(read_records(feed(record_2026()).removesuffix(b"]}}") + end))


def test_the_command_reports_in_german(app: Flask, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "kurse.json"
    file.write_bytes(feed(record_2026(), {}))
    runner = app.test_cli_runner()
    trial = runner.invoke(import_command, ["berlin", str(file), "--dry-run"])
    assert trial.exit_code == 0
    assert "Probelauf" in trial.output
    real = runner.invoke(import_command, ["berlin", str(file)])
    assert real.exit_code == 0
    assert real.output == (
        "1 neu, 0 geändert, 0 unverändert, 1 abgelehnt\nAbgelehnt: Eintrag 2: guid fehlt\n"
    )
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Course)) == 1


def test_the_command_fails_on_a_broken_file_and_changes_nothing(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "kurse.json"
    file.write_bytes(feed(record_2026())[:-9])
    result = app.test_cli_runner().invoke(import_command, ["berlin", str(file)])
    assert result.exit_code == 1
    assert "Zeile 1, Spalte" in result.output
    assert "nichts geändert" in result.output
    assert session.scalar(select(func.count()).select_from(Course)) == 0
