"""What may be handed in: sizes, names, junk (INJ-11, INJ-12, ASVS 5.2, 5.3)."""

import io

import pytest
from werkzeug.datastructures import FileStorage

from kmz.catalog.imports import uploads
from tests.catalog.imports.office import (
    LIST,
    files,
    hand_in,
    post_file,
    runs,
    work_off,
)
from tests.catalog.imports.sample import feed
from tests.catalog.imports.steps import record
from tests.catalog.imports.tables import ROW, csv_file, packed
from tests.catalog.imports.test_hostile_tables import bomb
from tests.factories import make_staff
from tests.page import Browser
from tests.steps import log_in_staff, send, token_of


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "kurse.json", "leer"),
        (b"\x89PNG\r\n\x1a\n", "bild.png", "Endung"),
        (b"MZ\x90\x00", "kurse.exe", "Endung"),
        (b"%PDF-1.7", "kurse.json", "passt nicht zu ihrer Endung"),
        (b"PK\x03\x04", "kurse.csv", "passt nicht zu ihrer Endung"),
        (b"Nummer;Titel", "kurse.xlsx", "passt nicht zu ihrer Endung"),
        (b"{}", "kurse.xml", "passt nicht zu ihrer Endung"),
        (b'{"a": 1}', "kurse.json", "keine Berliner Kursdatei"),
        (feed(record("1"))[:-7], "kurse.json", "kein vollständiges JSON"),
        (feed(), "kurse.json", "keinen Kurs"),
        (b"<html></html>", "kurse.xml", ""),
        (b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "b">]><kurse>&a;</kurse>', "k.xml", ""),
        (packed(a_txt=b"x"), "kurse.xlsx", "keine lesbare XLSX-Datei"),
        (bytes(range(256)), "kurse.csv", ""),
    ],
)
def test_junk_is_refused_politely(office: Browser, data: bytes, name: str, reason: str) -> None:
    page = hand_in(office, data, name)
    assert page.status == 422
    assert reason in page.text
    assert page.title.startswith("Fehler: ")
    assert (runs(), files()) == ([], 0)


def test_a_bomb_is_refused_before_it_is_unpacked(office: Browser) -> None:
    page = hand_in(office, bomb(), "kurse.xlsx")
    assert (page.status, "entpackt größer als 20 MiB" in page.text) == (422, True)


def test_no_file_and_bad_sources_are_refused(office: Browser) -> None:
    office.open(LIST)
    page = send(office, LIST, source="nord", file="kein Anhang")
    assert (page.status, "Bitte wählen Sie eine Datei aus" in page.text) == (422, True)
    for source in ("../nord", "Nord Süd", "<b>"):
        page = hand_in(office, feed(record("1")), source=source)
        assert (page.status, "Kleinbuchstaben" in page.text) == (422, True)
    page = hand_in(office, feed(record("1")), file_format="csv")
    assert (page.status, "anderes Format" in page.text) == (422, True)
    assert runs() == []


def test_each_format_has_its_limit(office: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    big = csv_file(ROW) + b"x" * (2 * 1024 * 1024)
    page = hand_in(office, big, "kurse.csv")
    assert (page.status, "größer als 2 MiB" in page.text) == (413, True)
    long = "x" * (3 * 1024 * 1024)
    assert "wird geprüft" in hand_in(office, feed(record("1", neu=long))).text
    monkeypatch.setattr(uploads, "MAX_FEED", 1024 * 1024)
    page = hand_in(office, feed(record("1", neu=long)))
    assert (page.status, page.headings) == (413, ["Zu groß"])


def test_only_the_office_may_send_that_much(browser_: Browser) -> None:
    make_staff(email="kasse@example.org", role="finance")
    log_in_staff(browser_, "kasse@example.org")
    file = FileStorage(io.BytesIO(b"x" * 3_000_000), "k.json")
    data = {"csrf_token": token_of(browser_.page), "file": file}
    assert post_file(browser_, data).status_code == 413


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.json", "..\\..\\boese.json", "/etc/cron.d/x.json", "C:\\Kurse\\x.json",
     "<script>alert(1)</script>.json", "a\u202egnp.json", "=cmd|calc.json", "x" * 300 + ".json"],
)  # fmt: skip
def test_names_of_files_are_text_and_no_paths(office: Browser, name: str) -> None:
    page = hand_in(office, feed(record("1")), name)
    stored = runs()[0].file_name
    assert page.status == 200
    assert "/" not in stored
    assert "\\" not in stored
    assert "\u202e" not in stored
    assert len(stored) <= 200
    assert "<script>alert" not in page.html


def test_what_a_file_says_is_escaped(office: Browser) -> None:
    nasty = {"guid": "<img src=x onerror=alert(1)>", "name": ""}
    hand_in(office, feed(nasty, record("1")))
    assert "<img src=x" not in work_off(office).html
    assert "<img src=x onerror=alert(1)>" in office.page.text
