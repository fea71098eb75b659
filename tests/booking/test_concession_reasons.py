"""The office keeps the reasons for an Ermäßigung; what was agreed stays agreed."""

import pytest
from sqlalchemy import select

from kmz.audit.models import AuditEntry
from kmz.booking.models import ConcessionReason
from kmz.db import db
from tests.booking.test_concessions import LIST, make_claim, present
from tests.factories import make_staff
from tests.page import Browser
from tests.steps import log_in_staff, send


@pytest.fixture
def office(browser_: Browser) -> Browser:
    make_staff(email="buero@example.org")
    log_in_staff(browser_, "buero@example.org")
    return browser_


def reasons() -> list[tuple[str, int, bool, bool]]:
    db.session.rollback()
    query = select(ConcessionReason).order_by(ConcessionReason.id)
    return [(r.label, r.percent, r.needs_proof, r.is_active) for r in db.session.scalars(query)]


def test_the_office_keeps_the_reasons(office: Browser) -> None:
    office.open(f"{LIST}/gruende")
    office.click("Neuer Grund")
    office.submit("Speichern", label="Studierende", percent="25")
    office.open(f"{LIST}/gruende/neu")
    office.submit("Speichern", label="Ehrenamtskarte", percent="10", without_proof="y")
    known = [("Studierende", 25, True, True), ("Ehrenamtskarte", 10, False, True)]
    assert reasons() == known
    office.open(f"{LIST}/gruende")
    office.click("Ändern: Studierende")
    office.submit("Speichern", percent="30")
    assert reasons()[0] == ("Studierende", 30, True, True)


@pytest.mark.parametrize("percent", ["", "0", "101", "-5", "12,5", "²"])
def test_a_percentage_is_from_1_to_100(office: Browser, percent: str) -> None:
    office.open(f"{LIST}/gruende/neu")
    page = office.submit("Speichern", label="Studierende", percent=percent)
    assert page.status == 422
    assert ("label", "Studierende") in page.form(button="Speichern").fields
    assert reasons() == []


def test_two_reasons_have_two_names(office: Browser) -> None:
    for percent in ("25", "30"):
        office.open(f"{LIST}/gruende/neu")
        office.submit("Speichern", label="Studierende", percent=percent)
    assert office.page.status == 422
    assert "gibt es schon" in office.page.text
    assert len(reasons()) == 1


def test_an_ended_reason_is_asked_for_no_more_and_old_claims_keep_it(office: Browser) -> None:
    claim = make_claim()
    office.open(f"{LIST}/gruende")
    office.submit("Beenden: Studierende")
    assert reasons() == [("Studierende", 25, True, False)]
    assert "Studierende" in office.open(f"{LIST}/{claim.id}").text
    number = db.session.scalars(select(ConcessionReason.id)).one()
    office.open(f"{LIST}/gruende")
    # Twice is once.
    send(office, f"{LIST}/gruende/{number}/ende")
    office.submit("Wieder anbieten: Studierende")
    assert reasons() == [("Studierende", 25, True, True)]
    ended = select(AuditEntry.id).where(AuditEntry.action == "concession_reason.ended")
    assert len(db.session.scalars(ended).all()) == 1


def test_a_changed_reason_changes_no_fee_that_was_agreed(office: Browser) -> None:
    claim = make_claim()
    office.open(f"{LIST}/gruende")
    office.click("Ändern: Studierende")
    office.submit("Speichern", percent="50")
    office.open(f"{LIST}/{claim.id}")
    office.submit("Ermäßigung anerkennen")
    assert present(claim).fee_cents == 7350
