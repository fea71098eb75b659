"""Einstellungen → Konto anpassen (C20–C22, C25–C27, ACC-08)."""

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.accounts.models import CustomerAccount
from kmz.accounts.queries import find_customer, get_customer_with_profile
from kmz.audit.models import AuditEntry
from kmz.clock import moved_by
from kmz.db import db
from tests.accounts.test_addresses import NEW, OLD, link_to, mails_to
from tests.factories import PASSWORD, make_customer
from tests.page import Browser
from tests.steps import log_in, send

BETTER = "ganz-neu1#passwort"


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    return make_customer(email=OLD)


@pytest.fixture
def inside(browser_: Browser, customer: CustomerAccount) -> Browser:
    """Somebody who has just logged in."""
    log_in(browser_, customer.email)
    return browser_


def test_the_way_leads_from_the_hub_over_the_settings_and_the_password(inside: Browser) -> None:
    with moved_by(minutes=11):
        inside.open("/konto")
        assert inside.click("Einstellungen").headings == ["Einstellungen"]
        assert inside.click("Konto anpassen").headings == ["Passwort bestätigen"]
        assert inside.submit("Bestätigen", password="falsch1#").status == 422
        page = inside.submit("Bestätigen", password=PASSWORD)
        assert page.headings == ["Persönliche Daten bearbeiten"]


def test_the_hub_keeps_its_six_entries_and_the_settings_hold_the_rest(inside: Browser) -> None:
    tiles = inside.open("/konto").html.partition('class="tiles"')[2].partition("</nav>")[0]
    assert tiles.count('class="tile ') == 5
    assert "LOGOUT" in tiles
    inside.open("/konto/einstellungen")
    for label in ("E-Mail-Adresse", "Passwort ändern", "Sicherheit & Geräte", "Meine Daten"):
        assert inside.page.link(label)


def test_the_page_shows_the_documented_fields_in_their_order_and_the_hint(
    inside: Browser,
) -> None:
    page = inside.open("/konto/daten")
    documented = [
        *("E-Mail", "Anrede", "Vorname", "Nachname", "Straße", "Ort", "Telefon", "Tel. mobil"),
        *("Tel. privat", "Fax", "Passwort", "Wdh. Passwort"),
    ]
    places = [page.html.index(f">{label}") for label in documented]
    assert places == sorted(places)
    for label in ("Hausnummer", "PLZ", "Land"):
        assert f">{label}" in page.html
    assert (
        "Hinweise: Wenn Sie eine persönliche E-Mail-Adresse eintragen, können Sie sich zukünftig "
        "auch mit dieser Adresse und Ihrem persönlichen Passwort anmelden." in page.text
    )
    assert page.form(button="Speichern")


def test_saving_changes_the_data_and_leaves_the_password_when_it_is_empty(
    inside: Browser, customer: CustomerAccount
) -> None:
    inside.open("/konto/daten")
    page = inside.submit("Speichern", city="Neustadt", fax="01234 99", salutation="Divers")
    assert page.headings == ["Einstellungen"]
    assert "Ihre Daten sind gespeichert." in page.text
    account, profile = get_customer_with_profile(customer.id)
    assert (profile.city, profile.fax, profile.salutation) == ("Neustadt", "01234 99", "Divers")
    assert account.password_hash == customer.password_hash
    assert inside.open("/konto").status == 200
    assert mails_to(OLD) == 0


def test_what_was_typed_outlives_the_question_for_the_password(
    inside: Browser, customer: CustomerAccount
) -> None:
    inside.open("/konto/daten")
    with moved_by(minutes=11):
        asked = inside.submit("Speichern", city="Neustadt")
        assert (asked.status, asked.headings) == (401, ["Passwort bestätigen"])
        assert "Neustadt" not in asked.html
        assert inside.submit("Bestätigen", password="falsch1#").status == 422
        assert inside.submit("Bestätigen", password=PASSWORD).headings == [
            "Ihre Eingaben sind noch da"
        ]
        inside.submit("Eingaben jetzt senden")
    assert get_customer_with_profile(customer.id)[1].city == "Neustadt"


def test_a_new_password_there_counts_and_ends_other_logins(app: Flask, inside: Browser) -> None:
    other = Browser(app.test_client())
    log_in(other, OLD)
    inside.open("/konto/daten")
    page = inside.submit("Speichern", password=BETTER)
    assert page.status == 422
    assert "stimmen nicht überein" in page.text
    assert BETTER not in page.html
    inside.submit("Speichern", password=BETTER, repeated=BETTER)
    assert other.open("/konto").headings == ["Kunden-Login"]
    assert inside.open("/konto").headings[0].startswith("Herzlich willkommen")
    other.open("/login")
    page = other.submit("Anmelden", login_email=OLD, login_password=BETTER)
    assert page.headings[0].startswith("Herzlich willkommen")


def test_a_new_address_there_asks_its_mailbox_first(inside: Browser) -> None:
    inside.open("/konto/daten")
    page = inside.submit("Speichern", email=NEW, password=BETTER, repeated=BETTER)
    assert "gilt erst, wenn Sie ihn dort bestätigen" in page.text
    assert find_customer(NEW) is None
    inside.open(link_to(NEW))
    inside.submit("E-Mail-Adresse bestätigen")
    assert find_customer(NEW) is not None


def test_a_refused_address_saves_nothing_and_keeps_what_was_typed(
    inside: Browser, customer: CustomerAccount
) -> None:
    for number in range(5):
        inside.open("/konto/daten")
        inside.submit("Speichern", email=f"neu{number}@example.org")
    inside.open("/konto/daten")
    page = inside.submit("Speichern", email=NEW, city="Neustadt")
    assert page.status == 422
    assert "Neustadt" in page.html
    assert get_customer_with_profile(customer.id)[1].city == "Musterstadt"


def test_the_own_name_is_no_password_there(inside: Browser) -> None:
    inside.open("/konto/daten")
    page = inside.submit("Speichern", password="Beispiel1#", repeated="Beispiel1#")
    assert "sehr häufig verwendet" in page.text


def test_fields_that_the_form_does_not_have_are_ignored(
    inside: Browser, customer: CustomerAccount
) -> None:
    inside.open("/konto/daten")
    send(
        inside,
        "/konto/daten",
        email=OLD,
        first_name="Andrea",
        last_name="Beispiel",
        country="DE",
        id="1",
        role="admin",
        shared="1",
        school_id="1",
        school_username="",
        email_key="fremd@example.org",
        password_hash="x",
        disabled_at="",
        closed_at="2020-01-01",
        version="99",
        birth_date="01.01.1900",
        customer_id="2",
    )
    account, profile = get_customer_with_profile(customer.id)
    assert (account.email_key, account.shared, account.school_id) == (OLD, False, None)
    assert (account.password_hash, account.closed_at) == (customer.password_hash, None)
    assert (profile.birth_date, profile.version) == (None, 2)  # the address was emptied, once


def test_the_audit_names_the_fields_but_not_their_values(inside: Browser) -> None:
    inside.open("/konto/daten")
    inside.submit("Speichern", city="Neustadt", password=BETTER, repeated=BETTER)
    entries = db.session.scalars(select(AuditEntry)).all()
    found = {entry.action: entry.details for entry in entries}
    assert found["profile.changed"] == {"fields": ["city"]}
    assert found["password.changed"] == {}
    assert not any("Neustadt" in str(entry.details) for entry in entries)
