"""The office keeps Ansprechpersonen (U39)."""

import pytest
from flask import Flask

from kmz.audit.models import AuditEntry
from kmz.contact.actions import persons
from kmz.contact.actions.persons import PersonDetails
from kmz.contact.models import ContactPerson
from kmz.db import db
from kmz.errors import RefusedError
from tests.factories import area, make_staff
from tests.page import Browser
from tests.steps import log_in_staff

OFFICE = "buero@example.org"


@pytest.fixture
def office(app: Flask) -> Browser:
    make_staff(email=OFFICE)
    browser = Browser(app.test_client())
    log_in_staff(browser, OFFICE)
    return browser


def details(name: str, area_id: int | None = None) -> PersonDetails:
    return PersonDetails(area_id, name, role="", email="", phone="", hours="")


def test_somebody_is_added_shown_changed_and_removed(office: Browser, browser_: Browser) -> None:
    languages = area("4")
    office.open("/verwaltung/anfragen")
    office.click("Ansprechpersonen")
    office.click("Ansprechperson hinzufügen")
    page = office.submit(
        "Speichern", name="Frau Muster", area_id=str(languages.id), phone="01234 5"
    )
    assert "„Frau Muster“ ist gespeichert." in page.text
    assert "Frau Muster" in browser_.open("/kontakt").text
    office.click("Frau Muster")
    office.submit("Speichern", name="Herr Beispiel", area_id="", email="beispiel@example.org")
    page = browser_.open("/kontakt")
    assert "hilft Ihnen gerne Herr Beispiel" in page.text
    assert "Frau Muster" not in page.text
    office.open("/verwaltung/ansprechpersonen")
    office.click("Herr Beispiel")
    page = office.submit("Ansprechperson entfernen")
    assert "Noch ist niemand eingetragen." in page.text
    actions = [row.action for row in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-3:] == [f"contact_person.{end}" for end in ("added", "changed", "removed")]


def test_what_is_missing_is_said_and_nothing_is_lost(office: Browser) -> None:
    office.open("/verwaltung/ansprechpersonen/neu")
    page = office.submit("Speichern", name="", email="kein", hours="Mo–Do")
    assert page.status == 422
    assert "Es gibt 2 Fehler in Ihren Eingaben:" in page.text
    assert 'value="Mo–Do"' in page.html


@pytest.mark.parametrize("code", [None, "4"])
def test_an_area_has_one_person(app: Flask, code: str | None) -> None:
    assert app
    staff, area_id = make_staff(), area(code).id if code else None
    persons.save_person(details("Eine", area_id), person_id=None, version=1, by=staff)
    with pytest.raises(RefusedError, match=r"contact_person\.area_taken"):
        persons.save_person(details("Andere", area_id), person_id=None, version=1, by=staff)
    only = db.session.query(ContactPerson).one()
    persons.save_person(details("Selbe", area_id), person_id=only.id, version=1, by=staff)
    assert db.session.query(ContactPerson.name).scalar() == "Selbe"


def test_the_second_editor_is_told(office: Browser) -> None:
    staff = make_staff()
    persons.save_person(details("Frau Muster"), person_id=None, version=1, by=staff)
    office.open("/verwaltung/ansprechpersonen")
    office.click("Frau Muster")
    person = db.session.query(ContactPerson).one()
    persons.save_person(details("Frau Neu"), person_id=person.id, version=1, by=staff)
    page = office.submit("Speichern", name="Frau Alt")
    assert page.status == 422
    assert "Inzwischen hat jemand anderes diese Angaben geändert." in page.text
    assert 'value="Frau Alt"' in page.html
    assert db.session.query(ContactPerson.name).scalar() == "Frau Neu"


def test_removing_twice_changes_nothing(app: Flask) -> None:
    assert app
    staff = make_staff()
    persons.save_person(details("Frau Muster"), person_id=None, version=1, by=staff)
    person_id = db.session.query(ContactPerson.id).scalar()
    for _ in range(2):
        persons.remove_person(person_id, by=staff)
    assert db.session.query(ContactPerson).count() == 0
