"""Kundenkonto löschen: what goes at once, what the law keeps, and until when (L28)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, TypeVar

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount, CustomerProfile
from kmz.audit.models import AuditEntry
from kmz.banking.models import BankAccount, SepaMandate
from kmz.booking.models import Booking, BookingEvent, BookingRequest
from kmz.booking.office.decisions import cancel_course, confirm_bookings, reject_booking
from kmz.booking.office.queries import StaffFilter, list_bookings
from kmz.customer_area.actions import closing
from kmz.customer_area.archive import SECTIONS
from kmz.db import Base, db, transaction
from kmz.errors import RefusedError
from kmz.mail.models import OutgoingMail
from tests.accounts.test_signup import last_mail, link_in, sign_up
from tests.customer_area.conftest import give_one_of_everything
from tests.factories import (
    IBAN,
    make_bank_account,
    make_course,
    make_customer,
    make_request,
    make_staff,
)
from tests.page import Browser
from tests.steps import log_in, log_in_staff

YEARS = 8
Row = TypeVar("Row", bound=Base)


def all_of(table: type[Row]) -> list[Row]:
    db.session.rollback()
    return list(db.session.scalars(select(table)))


def close(customer: CustomerAccount) -> None:
    closing.close_account(customer.id, keep_years=YEARS, by=customer)


def book_firmly(customer: CustomerAccount, **course: Any) -> int:
    """The id of a course that the customer booked firmly."""
    made = make_course(**course)
    make_request(customer, made)
    ids = [booking.id for booking in all_of(Booking) if booking.course_id == made.id]
    confirm_bookings(ids, by=make_staff())
    return made.id


@contextmanager
def on(day: date) -> Iterator[None]:
    """The clock stands at noon of a day."""
    with clock.moved_by(seconds=(clock.berlin_moment(day, 12) - clock.now()).total_seconds()):
        yield


@pytest.fixture
def andrea(app: Flask) -> CustomerAccount:
    customer = make_customer(email="andrea@example.org")
    make_bank_account(customer)
    return customer


@pytest.fixture
def after_the_course(andrea: CustomerAccount) -> Iterator[date]:
    """A day when everything that Andrea booked is over; the course was in the same year."""
    with on(date(2030, 2, 1)):
        book_firmly(andrea, title="Töpfern", starts_on=date(2030, 3, 1))
    day = date(2030, 5, 1)
    with on(day):
        yield day


def test_without_bookings_nothing_is_left(customer: CustomerAccount, own: Browser) -> None:
    """Every table that knows customers is empty of this one, and full of the other."""
    for booking in all_of(Booking):
        reject_booking(booking.id, reason="Kurs voll", by=make_staff())
    other = make_customer(email="boris@example.org", first_name="Boris")
    give_one_of_everything(other, mark="boris")
    assert customer.closed_at is None
    own.open("/konto/loeschung")
    assert "Es bleibt nichts zurück" in own.page.text
    page = own.submit("Kundenkonto endgültig löschen", sure="y")
    assert "Ihr Kundenkonto ist gelöscht" in page.text
    for table in Base.metadata.tables.values():
        if "customer_id" in table.columns:
            query = select(table.c.customer_id).where(table.c.customer_id.is_not(None))
            assert set(db.session.scalars(query)) <= {other.id}, table.name
    assert [person.email for person in all_of(CustomerAccount)] == ["boris@example.org"]
    assert [section.key for section in SECTIONS if not section.rows(other.id)] == ["logins"]


def test_bookings_stay_without_their_person(
    andrea: CustomerAccount, after_the_course: date
) -> None:
    with transaction() as session:
        session.get_one(BookingRequest, all_of(BookingRequest)[0].id).remark = "mit Rollstuhl"
    close(andrea)
    (account,) = all_of(CustomerAccount)
    assert (account.email, account.email_key, account.full_name) == ("", None, "")
    assert account.password_hash == ""
    assert account.purge_on == date(after_the_course.year + YEARS, 12, 31)
    (request,) = all_of(BookingRequest)
    assert request.contract_partner == {
        "first_name": "Andrea",
        "last_name": "Beispiel",
        "street": "Hafenweg",
        "house_number": "7",
        "postal_code": "12345",
        "city": "Musterstadt",
        "country": "DE",
    }
    assert request.remark == ""
    (booking,) = all_of(Booking)
    assert booking.participant_name.strip() == ""
    assert booking.agreed["title"] == "Töpfern"
    (mandate,) = all_of(SepaMandate)
    assert mandate.iban == IBAN
    assert mandate.revoked_at is not None
    assert (all_of(BankAccount), all_of(CustomerProfile)) == ([], [])


def test_what_is_kept_is_purged_the_day_after_its_period(
    andrea: CustomerAccount, after_the_course: date
) -> None:
    number = andrea.id
    close(andrea)
    last_day = date(after_the_course.year + YEARS, 12, 31)
    with on(last_day):
        closing.purge_closed_accounts()
        assert len(all_of(Booking)) == 1
    with on(last_day + timedelta(days=1)):
        closing.purge_closed_accounts()
    for table in (CustomerAccount, BookingRequest, Booking, BookingEvent, SepaMandate):
        assert all_of(table) == [], table.__tablename__
    entries = [row for row in all_of(AuditEntry) if row.action == "account.purged"]
    assert [(row.actor, row.object_id, row.details) for row in entries] == [("system", number, {})]


def test_bookings_whose_period_is_over_are_not_kept_again(andrea: CustomerAccount) -> None:
    book_firmly(andrea)
    with on(date(clock.today().year + YEARS + 2, 1, 5)):
        close(andrea)
    assert (all_of(CustomerAccount), all_of(Booking)) == ([], [])


def test_the_number_of_a_deleted_account_is_never_given_again(andrea: CustomerAccount) -> None:
    """The audit log knows people by number only."""
    number = andrea.id
    close(andrea)
    assert all_of(CustomerAccount) == []
    assert make_customer().id > number


def test_open_obligations_are_listed_and_block(andrea: CustomerAccount, browser_: Browser) -> None:
    make_request(andrea, make_course(title="Noch offen"))
    book_firmly(andrea, title="Noch nicht vorbei")
    log_in(browser_, andrea.email)
    page = browser_.open("/konto/loeschung")
    assert "„Noch offen“" in page.text
    assert "noch nicht entschieden" in page.text
    assert "„Noch nicht vorbei“" in page.text
    assert "Kundenkonto endgültig löschen" not in page.text
    with pytest.raises(RefusedError):
        close(andrea)
    (account,) = all_of(CustomerAccount)
    assert account.closed_at is None


def test_a_fee_that_is_still_to_be_collected_blocks(andrea: CustomerAccount) -> None:
    day = clock.today() + timedelta(days=2)
    book_firmly(andrea, starts_on=day, sessions=1)
    with on(day + timedelta(days=1)):
        with pytest.raises(RefusedError) as refusal:
            close(andrea)
        assert "98,00" in refusal.value.problems[0].message
    with on(clock.today() + timedelta(days=15)):
        close(andrea)
    assert all_of(CustomerAccount)[0].closed_at is not None


def test_a_click_without_the_tick_closes_nothing(
    andrea: CustomerAccount, browser_: Browser
) -> None:
    log_in(browser_, andrea.email)
    browser_.open("/konto/loeschung")
    page = browser_.submit("Kundenkonto endgültig löschen")
    assert page.status == 422
    assert "Bitte bestätigen Sie" in page.text
    assert all_of(CustomerAccount)[0].closed_at is None


def test_the_password_is_asked_for_again(andrea: CustomerAccount, browser_: Browser) -> None:
    log_in(browser_, andrea.email)
    browser_.open("/konto/loeschung")
    with clock.moved_by(minutes=11):
        page = browser_.submit("Kundenkonto endgültig löschen", sure="y")
    assert "Passwort bestätigen" in page.headings
    assert all_of(CustomerAccount)[0].closed_at is None


def test_every_device_is_out_at_once(
    app: Flask, andrea: CustomerAccount, browser_: Browser
) -> None:
    other = Browser(app.test_client())
    log_in(browser_, andrea.email)
    log_in(other, andrea.email)
    browser_.open("/konto/loeschung")
    browser_.submit("Kundenkonto endgültig löschen", sure="y")
    for browser in (browser_, other):
        assert "Kunden-Login" in browser.open("/konto").headings
    assert "Falsche Zugangsdaten" in log_in(other, "andrea@example.org").text


@pytest.mark.usefixtures("after_the_course")
def test_the_owner_is_told_until_when_bookings_stay(andrea: CustomerAccount) -> None:
    close(andrea)
    mails = [mail for mail in all_of(OutgoingMail) if mail.kind == "M22"]
    assert [mail.recipient for mail in mails] == ["andrea@example.org"]
    purge_on = all_of(CustomerAccount)[0].purge_on
    assert purge_on is not None
    assert f"nach dem {purge_on:%d.%m.%Y} gelöscht" in " ".join(mails[0].text.split())


@pytest.mark.usefixtures("after_the_course")
def test_the_same_address_can_sign_up_anew(andrea: CustomerAccount, browser_: Browser) -> None:
    close(andrea)
    sign_up(browser_, signup_email="andrea@example.org")
    browser_.open(link_in(last_mail("M01")))
    assert "eingerichtet" in browser_.submit("Registrierung bestätigen").text
    closed, new = sorted(all_of(CustomerAccount), key=lambda person: person.id)
    assert (closed.email, new.email) == ("", "andrea@example.org")


@pytest.mark.usefixtures("after_the_course")
def test_the_office_sees_nothing_of_a_closed_account(
    andrea: CustomerAccount, browser_: Browser
) -> None:
    (booking,) = all_of(Booking)
    number, booking_id, course_id = andrea.id, booking.id, booking.course_id
    close(andrea)
    make_staff(email="chefin@example.org", role="admin")
    log_in_staff(browser_, "chefin@example.org")
    assert list_bookings(StaffFilter(status="")) == ([], 0)
    assert browser_.open(f"/verwaltung/kunden/{number}").status == 404
    assert browser_.open(f"/verwaltung/anmeldungen/{booking_id}").status == 404
    assert "0 Personen" in browser_.open("/verwaltung/kunden").text
    # A cancelled course has nobody to tell any more, which is no reason to fail.
    cancel_course(course_id, reason="krank", by=make_staff())


def test_closing_twice_changes_nothing(andrea: CustomerAccount) -> None:
    number = andrea.id
    close(andrea)
    closing.close_account(number, keep_years=YEARS, by=make_staff())
    assert [row.action for row in all_of(AuditEntry)].count("account.closed") == 1
