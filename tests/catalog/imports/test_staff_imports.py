"""The office's page for course files: handing in, looking, taking over; and who may not."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from kmz.audit.models import AuditEntry
from kmz.catalog import import_queries as queries
from kmz.catalog.import_queries import kept_columns
from kmz.catalog.models import Course
from kmz.db import db, transaction
from tests.catalog.imports.office import LIST, course_count, files, hand_in, runs, work_off
from tests.catalog.imports.sample import feed
from tests.catalog.imports.steps import course, imported, is_public, record
from tests.catalog.imports.tables import ROW, csv_file, xlsx_file
from tests.catalog.steps import fragment
from tests.factories import make_customer, make_staff
from tests.page import Browser
from tests.steps import log_in, log_in_staff, send, token_of


def test_a_file_is_looked_through_and_then_taken_over(office: Browser) -> None:
    page = hand_in(office, feed(record("1"), record("2"), {"guid": "3"}))
    assert page.headings == ["kurse.json"]
    assert "wird geprüft" in page.text
    assert "Es wird noch nichts geändert" in page.text
    page = work_off(office)
    assert "wartet auf Sie" in page.text
    assert "Eintrag 3" in page.text
    assert "name fehlt" in page.text
    assert course_count() == 0
    page = office.submit("Übernehmen")
    assert "wird übernommen" in page.text
    assert course_count() == 0
    page = work_off(office)
    assert "übernommen" in page.text
    assert is_public("1")
    assert (runs()[0].state, files()) == ("done", 0)
    assert runs()[0].report["new"] == 2
    actions = list(
        db.session.execute(select(AuditEntry.action, AuditEntry.actor).order_by(AuditEntry.id))
    )[-3:]
    staff = f"staff:{runs()[0].confirmed_by_id}"
    assert actions == [
        ("import.handed_in", staff), ("import.confirmed", staff), ("catalog.imported", staff)
    ]  # fmt: skip
    assert "kurse.json" in office.open(LIST).text


def test_the_preview_shows_what_goes_offline_and_what_is_protected(office: Browser) -> None:
    imported(*(record(guid) for guid in "1234"))
    office.open(f"/verwaltung/kurse/{course('1').id}")
    office.submit("Speichern", title="Unser Titel")
    with transaction() as session:
        session.execute(update(Course).where(Course.number == "N4").values(seats_taken=2))
    changed = record("1", name="Titel der Datei", untertitel="neu")
    hand_in(office, feed(changed, record("2"), record("3")), is_full="y")
    page = work_off(office)
    assert "1 Kurs mit Anmeldungen käme aus dem Programm" in page.text
    offline = office.click("Aus dem Programm (1)")
    assert "N4" in offline.text
    protected = office.click("Von der Verwaltung geschützt (1)")
    assert "Unser Titel" in protected.text
    assert "Titel" in protected.text
    office.submit("Übernehmen")
    work_off(office)
    assert course("1").title == "Unser Titel"
    assert course("1").subtitle == "neu"
    assert not is_public("4")


def test_a_file_that_empties_the_programme_needs_a_tick(office: Browser) -> None:
    imported(*(record(guid) for guid in "1234"))
    hand_in(office, feed(record("1")), is_full="y")
    address = work_off(office).path
    assert "mehr als die Hälfte der Kurse" in office.page.text
    page = office.submit("Übernehmen")
    assert page.status == 422
    assert "Bitte bestätigen Sie" in page.text
    assert runs()[0].state == "previewed"
    office.open(address)
    office.submit("Übernehmen", may_shrink="1")
    work_off(office)
    assert not is_public("2")


def test_a_table_is_read_by_the_columns_that_staff_choose(office: Browser) -> None:
    header = ["Code", "Überschrift", "Gebühr"]
    page = hand_in(office, csv_file(["1", "Eins", "5"], header=header), "liste.csv", source="haus")
    assert "Noch ist keine Spalte zugeordnet für: Kursnummer, Titel" in page.text
    columns = {"column_nummer": "Code", "column_titel": "Überschrift"}
    page = office.submit("Neu prüfen", **columns)
    assert "wird geprüft" in page.text
    page = work_off(office)
    assert "wartet auf Sie" in page.text
    office.submit("Übernehmen")
    work_off(office)
    assert course("1", "haus").title == "Eins"
    assert course("1", "haus").fee_cents == 500
    kept = kept_columns("haus")
    assert (kept["nummer"], kept["titel"], kept["text"]) == ("Code", "Überschrift", "")
    page = hand_in(office, csv_file(["1", "Zwei", "5"], header=header), "2.csv", source="haus")
    assert "wird geprüft" in page.text


def test_columns_that_do_not_exist_are_not_taken(office: Browser) -> None:
    hand_in(office, xlsx_file(ROW), "liste.xlsx")
    address = work_off(office).path
    send(office, f"{address}/spalten", column__nummer="Gibtsnicht", column__titel="Titel")
    assert runs()[0].columns == {"titel": "Titel"}
    assert "Kursnummer" in office.open(address).text


def test_customers_and_finance_stay_outside(app: Flask, office: Browser) -> None:
    run_id = (hand_in(office, feed(record("1"))), runs()[0].id)[1]
    pages = [LIST, f"{LIST}/vorlage.csv", f"{LIST}/{run_id}", f"{LIST}/{run_id}/stand"]
    posts = [LIST, *(f"{LIST}/{run_id}/{verb}" for verb in ("spalten", "uebernahme", "verwerfen"))]
    customer, finance, nobody = (Browser(app.test_client()) for _ in range(3))
    log_in(customer, make_customer(email="kundin@example.org").email)
    make_staff(email="kasse@example.org", role="finance")
    log_in_staff(finance, "kasse@example.org")
    nobody.open("/")
    for who, expected in ((customer, {303}), (nobody, {303}), (finance, {403})):
        token = token_of(who.page)
        for address in pages:
            assert who.client.get(address).status_code in expected, address
        for address in posts:
            answer = who.client.post(address, data={"csrf_token": token})
            assert answer.status_code in expected, address
    assert "Importe" not in finance.open("/verwaltung").text
    assert runs()[0].state == "waiting"


def test_a_file_is_decided_on_once(office: Browser) -> None:
    hand_in(office, feed(record("1")))
    address = office.page.path
    page = send(office, f"{address}/uebernahme")
    assert (page.status, "noch nicht fertig" in page.text) == (422, True)
    office.open(address)
    work_off(office)
    send(office, f"{address}/uebernahme")
    office.open(address)
    for verb in ("uebernahme", "verwerfen"):
        page = send(office, f"{address}/{verb}")
        assert (page.status, "schon übernommen" in page.text) == (422, True)
    work_off(office)
    assert course_count() == 1


def test_a_file_may_be_thrown_away(office: Browser) -> None:
    hand_in(office, feed(record("1")))
    work_off(office)
    page = office.submit("Verwerfen")
    assert "es wurde nichts geändert" in page.text
    assert (runs(), files(), course_count()) == ([], 0, 0)


def test_the_page_asks_again_only_while_a_worker_is_busy(office: Browser) -> None:
    page = hand_in(office, feed(record("1")))
    assert 'hx-trigger="every 2s"' in page.html
    state = f"{page.path}/stand"
    block = fragment(office.client, state, "report")
    assert (block.headings, 'id="report"' in block.html) == ([], True)
    work_off(office)
    assert "hx-trigger" not in fragment(office.client, state, "report").html


def test_long_lists_have_pages(office: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    hand_in(office, feed(record("1"), *[{"guid": str(number)} for number in range(2, 7)]))
    page = work_off(office)
    assert "Eintrag 3" in page.text
    assert "Eintrag 4" not in page.text
    assert "Eintrag 6" in office.click("weiter").text or "Eintrag 5" in office.page.text


def test_the_template_downloads_under_our_own_name(office: Browser) -> None:
    answer = office.client.get(f"{LIST}/vorlage.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kurse-vorlage.csv"'
    assert answer.mimetype == "text/csv"
    page = hand_in(office, answer.data, "vorlage.csv")
    assert "wird geprüft" in page.text
    assert "Importe" in office.open("/verwaltung").text
    assert office.open("/verwaltung/kurse").link("Kurse importieren") == LIST
