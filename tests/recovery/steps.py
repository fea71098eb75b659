"""Steps of recovery stories: asking for help, what the office does, what the mails hold."""

import re

from sqlalchemy import select

from kmz.audit.models import AuditEntry
from kmz.db import db
from kmz.mail.models import OutgoingMail
from kmz.recovery.models import RecoveryCase, RecoveryStep
from tests.page import Browser, Page

RECEIPT = "Eingangsbestätigung"
LINK = "Zugang zu Ihrem Kundenkonto wiederherstellen"
CHECKED = {"street", "call_back"}


def ask_for_help(browser: Browser, **changes: str) -> Page:
    """Fill in "Kein Zugriff mehr?"; the status page."""
    browser.open("/kein-zugriff")
    return browser.submit("Absenden", **{"name": "Andrea Wiesenthal", **changes})


def only_case() -> RecoveryCase:
    db.session.rollback()
    return db.session.scalars(select(RecoveryCase)).one()


def steps() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(RecoveryStep.kind).order_by(RecoveryStep.id)))


def mails(subject: str = "", *, to: str = "") -> list[OutgoingMail]:
    """The mails whose subject begins so, the oldest first."""
    db.session.rollback()
    query = select(OutgoingMail).order_by(OutgoingMail.id)
    return [
        mail
        for mail in db.session.scalars(query)
        if mail.subject.startswith(subject) and to in ("", mail.recipient)
    ]


def path_in(mail: OutgoingMail, start: str) -> str:
    """The address of ours in a mail that begins so."""
    found = re.search(rf"http://localhost(/{start}/\S+)", mail.text)
    assert found is not None, mail.text
    return found[1]


def audit(action: str) -> AuditEntry:
    """The only entry of this action."""
    db.session.rollback()
    return db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).one()


def assign(office: Browser, customer_id: int) -> Page:
    """Open the only case and say whose account it is about."""
    case_id = only_case().id
    office.open(f"/verwaltung/wiederherstellung/{case_id}")
    return office.submit("Zuordnen", customer=str(customer_id))


def enter_address(
    office: Browser, customer_id: int, email: str = "neu@example.org", checked: set[str] = CHECKED
) -> Page:
    """The office enters another address for somebody it identified."""
    office.open(f"/verwaltung/kunden/{customer_id}/wiederherstellung")
    office.click("E-Mail-Adresse ändern")
    return send_checked(office, checked, email=email, reason="Postfach gekündigt")


def send_checked(office: Browser, checked: set[str], **values: str) -> Page:
    """Send the form of the page with these boxes ticked."""
    form = next(form for form in office.page.forms if "identification" in form.names)
    data: dict[str, str | list[str]] = dict(form.fields)
    data |= {**values, "identification": sorted(checked)}
    response = office.client.post(form.action, data=data, follow_redirects=True)
    office.page = Page(response)
    return office.page
