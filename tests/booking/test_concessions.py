"""The office decides about an Ermäßigung: once, told once, and nothing of the proof is kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.audit.models import AuditEntry
from kmz.banking.models import BankAccount
from kmz.booking.checkout.actions.book import book
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.checkout.drafted import fresh_content
from kmz.booking.concessions.actions import refuse_concession, verify_concession
from kmz.booking.models import Booking, BookingRequest, ConcessionReason
from kmz.booking.office.decisions import confirm_bookings
from kmz.booking.rules import CartOwner
from kmz.db import db, transaction
from kmz.errors import RefusedError
from kmz.mail.models import OutgoingMail
from tests.booking.conftest import count_mails
from tests.booking.test_decisions import both_at_once
from tests.factories import make_bank_account, make_course, make_customer, make_staff, make_terms
from tests.page import Browser
from tests.steps import log_in, log_in_staff, send

LIST = "/verwaltung/ermaessigungen"
NOTICE = "Ermäßigung beantragt: Nachweis fehlt noch"


@pytest.fixture
def office(browser_: Browser) -> Browser:
    make_staff(email="buero@example.org")
    log_in_staff(browser_, "buero@example.org")
    return browser_


def make_reason(label: str = "Studierende", *, percent: int = 25) -> ConcessionReason:
    with transaction() as session:
        reason = ConcessionReason(code=label.lower(), label=label, percent=percent)
        session.add(reason)
    return reason


def make_claim(*, before_proof: str = "full", title: str = "Löten", **person: str) -> Booking:
    """A booking for 98,00 with an Ermäßigung to 73,50 whose proof is missing."""
    course = make_course(title=title, concession_allowed=True)
    customer = make_customer(**person)
    make_bank_account(customer)
    account = db.session.scalars(
        select(BankAccount.id).where(BankAccount.customer_id == customer.id)
    ).one()
    reason = db.session.scalar(select(ConcessionReason)) or make_reason()
    content = fresh_content([course.id])
    lines = (replace(content.lines[0], concession_id=reason.id),)
    content = replace(content, lines=lines, bank_account_id=account, is_ready=True)
    owner = CartOwner(customer_id=customer.id)
    key = save_draft(owner, content)
    total = 7350 if before_proof == "reduced" else 9800
    book(owner, key, replace(make_terms(total), before_proof=before_proof))
    return db.session.scalars(select(Booking).order_by(Booking.id.desc())).first() or Booking()


def present(booking: Booking) -> Booking:
    """The booking as it stands now."""
    db.session.rollback()
    return db.session.get_one(Booking, booking.id)


def total_of(booking: Booking) -> int:
    return db.session.get_one(BookingRequest, booking.request_id).total_cents


def the_mail() -> OutgoingMail:
    """The one mail about a decision."""
    db.session.rollback()
    return db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M30")).one()


def test_who_shows_the_proof_pays_less_and_reads_so_once(app: Flask, office: Browser) -> None:
    claim = make_claim(email="andrea@example.org")
    customer = Browser(app.test_client())
    log_in(customer, "andrea@example.org")
    assert NOTICE in customer.open(f"/konto/anmeldungen/{claim.id}").text
    assert "Nachweis offen" in office.open("/verwaltung/anmeldungen").text
    office.open(LIST)
    office.click("Andrea Beispiel")
    office.submit("Ermäßigung anerkennen")
    assert "Ermäßigung ist anerkannt" in office.page.text
    now = present(claim)
    assert (now.concession_status, now.fee_cents, total_of(now)) == ("verified", 7350, 7350)
    mail = the_mail()
    assert mail.recipient == "andrea@example.org"
    assert "jetzt 73,50" in mail.text
    page = customer.open(f"/konto/anmeldungen/{claim.id}").text
    assert NOTICE not in page
    assert page.index("eingegangen") < page.index("Ermäßigung anerkannt")
    assert "Hier ist gerade nichts zu tun" in office.open(LIST).text
    assert "Andrea" in office.open(f"{LIST}?stand=verified").text


def test_who_cannot_is_told_why_and_pays_in_full(office: Browser) -> None:
    claim = make_claim()
    office.open(f"{LIST}/{claim.id}")
    assert office.submit("Nicht anerkennen").status == 422
    office.submit("Nicht anerkennen", reason="Der Nachweis ist abgelaufen")
    now = present(claim)
    assert (now.concession_status, now.fee_cents, total_of(now)) == ("refused", 9800, 9800)
    text = the_mail().text
    assert "Der Nachweis ist abgelaufen" in text
    assert "bleibt 98,00" in text
    assert "Der Nachweis ist abgelaufen" in office.open(f"{LIST}/{claim.id}").text


@pytest.mark.usefixtures("app")
def test_a_trusted_price_stays_or_rises_and_its_debit_is_announced_anew() -> None:
    office = make_staff()
    kept, risen = (make_claim(before_proof="reduced") for _ in range(2))
    confirm_bookings([kept.id, risen.id], by=office)
    assert (present(kept).fee_cents, present(risen).fee_cents) == (7350, 7350)
    due = present(kept).due_on
    with clock.moved_by(days=10):
        verify_concession(kept.id, by=office)
        refuse_concession(risen.id, reason="abgelaufen", by=office)
        anew = clock.today() + timedelta(days=14)
    assert (present(kept).fee_cents, present(kept).due_on) == (7350, due)
    assert (present(risen).fee_cents, total_of(present(risen))) == (9800, 9800)
    assert present(risen).due_on == anew
    mails = db.session.scalars(
        select(OutgoingMail.text).where(OutgoingMail.kind == "M30").order_by(OutgoingMail.id)
    ).all()
    assert "bleibt 73,50" in mails[0]
    assert f"frühestens am {anew:%d.%m.%Y}" in mails[1]


def test_the_second_clerk_is_told_that_it_is_decided(office: Browser) -> None:
    claim = make_claim()
    office.open(f"{LIST}/{claim.id}")
    refuse_concession(claim.id, reason="abgelaufen", by=make_staff())
    late = office.submit("Ermäßigung anerkennen")
    assert late.status == 422
    assert "schon entschieden: nicht anerkannt" in late.text
    assert (present(claim).concession_status, count_mails("M30")) == ("refused", 1)


def test_verified_or_refused_but_never_both(app: Flask) -> None:
    claim = make_claim()
    number = claim.id
    refused = []

    def told(decide: Callable[[], None]) -> None:
        try:
            decide()
        except RefusedError as refusal:
            refused.append(refusal.problems[0].code)

    both_at_once(
        app,
        lambda who: told(lambda: verify_concession(number, by=who)),
        lambda who: told(lambda: refuse_concession(number, reason="x", by=who)),
    )
    assert refused == ["concession.decided"]
    assert count_mails("M30") == 1
    fee = {"verified": 7350, "refused": 9800}[present(claim).concession_status]
    assert (present(claim).fee_cents, total_of(claim)) == (fee, fee)


def test_what_is_paid_changes_no_more(office: Browser) -> None:
    claim = make_claim()
    with transaction() as session:
        session.get_one(Booking, claim.id).paid_cents = 9800
    page = office.open(f"{LIST}/{claim.id}")
    assert "Ermäßigung anerkennen" not in page.text
    late = send(office, f"{LIST}/{claim.id}/anerkennung")
    assert late.status == 422
    assert "schon bezahlt" in late.text
    # The full fee is what was paid, so the claim can still be closed.
    office.submit("Nicht anerkennen", reason="Zu spät")
    assert (present(claim).concession_status, present(claim).fee_cents) == ("refused", 9800)


def test_an_ended_booking_is_off_the_list(office: Browser) -> None:
    claim = make_claim()
    send(office, f"/verwaltung/anmeldungen/{claim.id}/ablehnung", reason="Kein Platz")
    assert "Hier ist gerade nichts zu tun" in office.open(LIST).text
    late = send(office, f"{LIST}/{claim.id}/anerkennung")
    assert (late.status, count_mails("M30")) == (422, 0)
    assert "läuft nicht mehr" in late.text


def test_who_decided_is_on_record_and_nothing_of_the_proof(office: Browser) -> None:
    claim = make_claim()
    office.open(f"{LIST}/{claim.id}")
    office.submit("Ermäßigung anerkennen")
    query = select(AuditEntry).where(AuditEntry.action == "concession.verified")
    entry = db.session.scalars(query).one()
    assert (entry.object_id, entry.details) == (claim.id, {"cents": 7350})
    (event,) = [e for e in office_events(claim) if e[0].startswith("concession")]
    assert event == ("concession_verified", "")


def office_events(claim: Booking) -> list[tuple[str, str]]:
    db.session.rollback()
    query = select(Booking).where(Booking.id == claim.id)
    booking = db.session.scalars(query).one()
    db.session.refresh(booking, ["events"])
    return [(event.status, event.reason) for event in booking.events]


def test_the_office_finds_a_claim_by_name_and_course(office: Browser) -> None:
    make_claim(title="Löten", first_name="Zoë", last_name="Beispiel")
    make_claim(title="Wandern", first_name="Max", last_name="Muster")
    for words in ("Beispiel", "Löt"):
        office.open(LIST)
        found = office.submit("Suchen", suche=words)
        assert "1 Ermäßigung" in found.text, words
        assert "Max" not in found.text


def test_finance_looks_and_decides_nothing(browser_: Browser) -> None:
    claim = make_claim()
    make_staff(email="kasse@example.org", role="finance")
    log_in_staff(browser_, "kasse@example.org")
    assert browser_.open(LIST).status == 200
    page = browser_.open(f"{LIST}/{claim.id}")
    assert "Ermäßigung anerkennen" not in page.text
    for address in ("anerkennung", "ablehnung"):
        assert send(browser_, f"{LIST}/{claim.id}/{address}", reason="x").status == 403
    assert browser_.open(f"{LIST}/gruende").status == 403
    assert present(claim).concession_status == "claimed"


def test_a_booking_without_ermaessigung_has_no_such_page(office: Browser) -> None:
    claim = make_claim()
    with transaction() as session:
        session.get_one(Booking, claim.id).concession_status = "none"
    assert office.open(f"{LIST}/{claim.id}").status == 404
    assert office.open(f"{LIST}/999").status == 404


def test_the_confirmation_names_the_fee_that_was_agreed(browser_: Browser) -> None:
    booking = make_claim(before_proof="reduced", email="andrea@example.org")
    confirm_bookings([booking.id], by=make_staff())
    log_in(browser_, "andrea@example.org")
    paper = browser_.open(f"/konto/anmeldungen/{booking.id}/bestaetigung")
    assert "73,50" in paper.text
    assert "98,00" not in paper.text


def test_after_the_end_no_proof_is_waited_for(browser_: Browser) -> None:
    booking = make_claim(email="andrea@example.org")
    with transaction() as session:
        session.get_one(Booking, booking.id).status = "cancelled_by_customer"
    log_in(browser_, "andrea@example.org")
    page = browser_.open(f"/konto/anmeldungen/{booking.id}")
    assert "beantragt, nicht mehr entschieden" in page.text
    assert "sobald wir ihn gesehen haben" not in page.text


def test_the_office_is_asked_for_no_proof_after_the_end(office: Browser) -> None:
    booking = make_claim()
    address = f"/verwaltung/anmeldungen/{booking.id}"
    assert "Nachweis prüfen" in office.open(address).text
    with transaction() as session:
        session.get_one(Booking, booking.id).status = "rejected"
    assert "Löten" in office.open("/verwaltung/anmeldungen?status=rejected").text
    assert "Nachweis offen" not in office.page.text
    assert "Nachweis prüfen" not in office.open(address).text
