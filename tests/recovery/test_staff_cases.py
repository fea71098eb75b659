"""The office's queue and its cases (C05, C07)."""

import pytest
from flask import Flask

from kmz.accounts.models import CustomerAccount
from kmz.clock import moved_by
from tests.factories import make_customer, make_staff
from tests.page import Browser
from tests.recovery.steps import ask_for_help, assign, audit, mails, only_case, steps
from tests.steps import log_in_staff, send


def test_the_queue_shows_what_is_due_first(browser_: Browser, office: Browser) -> None:
    ask_for_help(browser_, name="Zuletzt Gekommen")
    with moved_by(days=-10):
        ask_for_help(browser_, name="Zuerst Gekommen")
    page = office.open("/verwaltung/wiederherstellung")
    assert page.text.index("Zuerst") < page.text.index("Zuletzt")
    assert page.text.count("überfällig") == 1
    assert "2 Fälle" in page.text
    assert "1 Fall" in office.open("/verwaltung/wiederherstellung?suche=zuerst").text


def test_navigation_and_dashboard_count_who_waits(browser_: Browser, office: Browser) -> None:
    assert "Kein Zugriff (" not in office.open("/verwaltung").text
    with moved_by(days=-10):
        ask_for_help(browser_)
    page = office.open("/verwaltung")
    assert "Kein Zugriff (1)" in page.text
    assert "1 Person wartet auf Zugang zum Kundenkonto, davon 1 überfällig" in page.text


def test_a_closed_case_leaves_the_queue_once(browser_: Browser, office: Browser) -> None:
    ask_for_help(browser_, email="post@example.org")
    case_id = only_case().id
    office.open(f"/verwaltung/wiederherstellung/{case_id}")
    assert office.submit("Ablehnen").status == 422
    page = office.submit("Ablehnen", close_reason="Kein Kundenkonto gefunden.")
    assert "abgeschlossen" in page.text
    assert "Hier ist gerade nichts zu tun" in page.text
    assert "abgelehnt" in office.open("/verwaltung/wiederherstellung?stand=done").text
    (mail,) = mails("Zu Ihrem Anliegen", to="post@example.org")
    assert "Kein Kundenkonto gefunden." in mail.text
    office.open("/verwaltung/wiederherstellung")
    send(office, f"/verwaltung/wiederherstellung/{case_id}/erledigung", close__reason="x")
    assert only_case().outcome == "rejected"
    assert steps() == ["opened", "rejected"]


def test_a_case_done_otherwise_is_closed_without_a_mail(browser_: Browser, office: Browser) -> None:
    ask_for_help(browser_, email="post@example.org")
    office.open(f"/verwaltung/wiederherstellung/{only_case().id}")
    office.submit("Als erledigt", close_reason="am Telefon geklärt")
    assert only_case().outcome == "done"
    assert mails("Zu Ihrem Anliegen") == []


def test_the_customer_is_found_linked_and_unlinked_by_staff(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    make_customer(first_name="Bernd", last_name="Zander")
    ask_for_help(browser_)
    page = office.open(f"/verwaltung/wiederherstellung/{only_case().id}")
    assert "andrea@example.org" in page.text
    assert "Zander" not in page.text
    assert "Hafenweg" in assign(office, customer_id).text
    assert only_case().customer_id == customer_id
    assert audit("recovery.assigned").details == {"customer": customer_id}
    office.submit("Zuordnung aufheben")
    assert only_case().customer_id is None
    assert steps() == ["opened", "assigned", "unassigned"]


def test_notes_are_kept_in_the_history(browser_: Browser, office: Browser) -> None:
    ask_for_help(browser_)
    office.open(f"/verwaltung/wiederherstellung/{only_case().id}")
    page = office.submit("Notiz speichern", note_note="Niemanden erreicht")
    assert "Niemanden erreicht" in page.text
    assert "Büro Beispiel" in page.text


def test_markup_of_strangers_stays_text(browser_: Browser, office: Browser) -> None:
    ask_for_help(browser_, name="<b>Fett</b>", message="<script>alert(1)</script>")
    page = office.open(f"/verwaltung/wiederherstellung/{only_case().id}")
    assert "<b>Fett" not in page.html
    assert "<script>alert" not in page.html
    assert "<b>Fett" not in office.open("/verwaltung/wiederherstellung").html


def test_finance_is_refused_everywhere(
    app: Flask, browser_: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    ask_for_help(browser_)
    case_id = only_case().id
    make_staff(role="finance", email="kasse@example.org")
    finance = Browser(app.test_client())
    page = log_in_staff(finance, "kasse@example.org")
    assert "Kein Zugriff" not in page.text
    person = f"/verwaltung/kunden/{customer_id}"
    assert "Zugang wiederherstellen" not in finance.open(person).text
    base = "/verwaltung/wiederherstellung"
    for address in (base, f"{base}/{case_id}"):
        assert finance.client.get(address).status_code == 403
    for part in ("", "/adresse", "/brief"):
        assert finance.client.get(f"{person}/wiederherstellung{part}").status_code == 403
    posts = (
        *(f"{base}/{case_id}/{part}" for part in ("zuordnung", "notiz", "erledigung", "ablehnung")),
        *(f"{person}/wiederherstellung/{part}" for part in ("link", "adresse", "brief")),
        f"{base}/freigaben/1",
        f"{base}/freigaben/1/ablehnung",
    )
    for address in posts:
        finance.open("/verwaltung")
        assert send(finance, address).status == 403, address
    assert steps() == ["opened"]


@pytest.mark.usefixtures("customer")
def test_no_page_of_recovery_has_a_password_field(browser_: Browser, office: Browser) -> None:
    """REC-08, REC-09: staff can neither set nor see one."""
    ask_for_help(browser_)
    case_id, base = only_case().id, "/verwaltung/kunden/1/wiederherstellung"
    pages = [base, f"{base}/adresse", f"{base}/brief", f"/verwaltung/wiederherstellung/{case_id}"]
    for address in pages:
        page = office.open(address)
        assert page.status == 200
        assert 'type="password"' not in page.html, address
