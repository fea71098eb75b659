"""The administration keeps the access of colleagues (ASVS 6.4.4, 7.4.2, LOG-19)."""

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.accounts.models import StaffTotp, StaffUser
from kmz.audit.models import AuditEntry
from kmz.clock import moved_by
from kmz.db import db
from kmz.mail.models import OutgoingMail
from tests.factories import make_staff
from tests.page import Browser
from tests.steps import log_in_staff, send, show_password

OFFICE, ADMIN = "buero@example.org", "leitung@example.org"


@pytest.fixture
def office(app: Flask) -> StaffUser:
    assert app
    return make_staff(email=OFFICE)


@pytest.fixture
def admin(app: Flask) -> Browser:
    """A browser in which the administration is logged in."""
    make_staff(email=ADMIN, role="admin")
    browser = Browser(app.test_client())
    log_in_staff(browser, ADMIN)
    return browser


def last_entry() -> AuditEntry:
    db.session.rollback()
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()  # type: ignore[return-value]


def test_a_disabled_colleague_is_out_on_the_next_request(
    admin: Browser, browser_: Browser, office: StaffUser
) -> None:
    log_in_staff(browser_, OFFICE)
    admin.open(f"/verwaltung/mitarbeitende/{office.id}")
    assert "gesperrt" in admin.submit("Sperren").text
    assert browser_.open("/verwaltung").path == "/verwaltung/login"
    assert "Falsche Zugangsdaten" in show_password(browser_, OFFICE).text
    admin.submit("Entsperren")
    assert log_in_staff(browser_, OFFICE).path == "/verwaltung"


def test_a_new_role_counts_at_once(admin: Browser, browser_: Browser, office: StaffUser) -> None:
    log_in_staff(browser_, OFFICE)
    admin.open(f"/verwaltung/mitarbeitende/{office.id}")
    admin.submit("Rolle ändern", role="finance")
    assert browser_.open("/verwaltung/kurse").status == 403
    assert last_entry().details == {"old": "office", "new": "finance"}


def test_a_second_factor_is_reset_with_reason_and_identification(
    admin: Browser, browser_: Browser, office: StaffUser
) -> None:
    log_in_staff(browser_, OFFICE)
    admin.open(f"/verwaltung/mitarbeitende/{office.id}")
    assert admin.submit("Zurücksetzen", reason=" ").status == 422
    admin.submit("Zurücksetzen", reason="Telefon verloren", identification="call_back")
    entry = last_entry()
    assert entry.action == "second_factor.reset"
    assert entry.details == {"reason": "Telefon verloren", "identification": "call_back"}
    assert browser_.open("/verwaltung").path == "/verwaltung/login"
    assert show_password(browser_, OFFICE).headings == ["App einrichten"]
    told = db.session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == OFFICE)).all()
    assert any("zurückgesetzt" in mail.text for mail in told)


@pytest.mark.parametrize("what", ["sperre", "entsperrung", "rolle", "zweiter-faktor", "ausloggen"])
def test_nobody_changes_their_own_access(admin: Browser, what: str) -> None:
    """Four eyes."""
    own = db.session.scalars(select(StaffUser)).one()
    admin.open("/verwaltung")
    page = send(
        admin,
        f"/verwaltung/mitarbeitende/{own.id}/{what}",
        role="office",
        reason="x",
        identification="in_person",
    )
    assert "Kollegin oder ein Kollege" in page.text
    db.session.rollback()
    own = db.session.scalars(select(StaffUser)).one()
    assert (own.role, own.disabled_at) == ("admin", None)
    assert db.session.scalars(select(StaffTotp)).all()


def test_what_changes_colleagues_needs_a_fresh_password(admin: Browser, office: StaffUser) -> None:
    with moved_by(minutes=10):
        admin.open(f"/verwaltung/mitarbeitende/{office.id}")
    with moved_by(minutes=16):
        assert admin.submit("Sperren").headings == ["Passwort bestätigen"]
    db.session.rollback()
    assert db.session.get_one(StaffUser, office.id).disabled_at is None


def test_only_the_administration_sees_colleagues(browser_: Browser, office: StaffUser) -> None:
    log_in_staff(browser_, OFFICE)
    assert "Mitarbeitende" not in [label for label, _ in browser_.page.links]
    for address in ("/verwaltung/mitarbeitende", f"/verwaltung/mitarbeitende/{office.id}"):
        assert browser_.open(address).status == 403
