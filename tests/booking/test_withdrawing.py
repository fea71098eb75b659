"""Vertrag widerrufen: for everybody, never refused, receipt at once (L11-L20)."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kmz import clock
from kmz.booking.leaving.actions.cancelling import cancel_bookings
from kmz.booking.models import Booking, BookingRequest, Refund, Withdrawal
from kmz.booking.rules import BookingOwner
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.booking.conftest import Buyer, change, count_mails, seats_taken
from tests.booking.test_cancelling import booked, booking
from tests.factories import make_course, make_request, make_staff
from tests.page import Browser, Page
from tests.steps import log_in, log_in_staff, send

TYPED = {"name": "Kim Muster", "contract": "Kurs 271-4632", "email": "kim@example.org"}


def declare_as_stranger(browser: Browser, **typed: str) -> Page:
    browser.open("/widerruf")
    browser.submit("Weiter", **{**TYPED, **typed})
    return browser.submit("Widerruf bestätigen")


def receipt() -> OutgoingMail:
    db.session.rollback()
    newest = select(OutgoingMail).where(OutgoingMail.kind == "M17").order_by(OutgoingMail.id.desc())
    return db.session.scalars(newest.limit(1)).one()


def withdrawal() -> Withdrawal:
    db.session.rollback()
    return db.session.scalars(select(Withdrawal)).one()


def test_a_stranger_declares_in_two_steps_and_gets_the_receipt(browser_: Browser) -> None:
    form = browser_.open("/widerruf").form(button="Weiter")
    assert {"name", "contract", "email", "remark"} <= form.names
    check = browser_.submit("Weiter", **TYPED, remark="Bitte beachten")
    assert [button["_text"] for button in check.form(button="Widerruf bestätigen").buttons] == [
        "Widerruf bestätigen"
    ]
    assert count_mails("M17") == 0
    page = browser_.submit("Widerruf bestätigen")
    assert page.headings == ["Eingang bestätigt"]
    for text in (page.text, receipt().text):
        assert re.search(r"\d\d\.\d\d\.\d{4}, \d\d:\d\d:\d\d Uhr \(MES?Z", text)
        for words in ("Eingang bestätigt", "Kim Muster", "Kurs 271-4632", "Bitte beachten"):
            assert words in text
        assert withdrawal().reference in text
        assert "akzeptiert" not in text


def test_nothing_typed_is_lost_and_everything_can_be_changed(browser_: Browser) -> None:
    browser_.open("/widerruf")
    page = browser_.submit("Weiter", name="Kim Muster", contract="V26-1", email="kim@")
    assert page.status == 422
    assert ("name", "Kim Muster") in page.form(button="Weiter").fields
    browser_.submit("Weiter", email="kim@example.org")
    again = browser_.submit("Angaben ändern")
    assert ("contract", "V26-1") in again.form(button="Weiter").fields


def test_it_works_without_any_cookie(app: Flask) -> None:
    client = FlaskClient(app, use_cookies=False)
    assert client.get("/widerruf").status_code == 200
    browser = Browser(app.test_client(use_cookies=False))
    assert declare_as_stranger(browser).headings == ["Eingang bestätigt"]


def test_five_clicks_declare_once(browser_: Browser) -> None:
    browser_.open("/widerruf")
    browser_.submit("Weiter", **TYPED)
    data = dict(browser_.page.form(button="Widerruf bestätigen").fields)
    for _ in range(5):
        assert browser_.client.post("/widerruf/bestaetigung", data=data).status_code == 303
    assert withdrawal().name == "Kim Muster"
    assert count_mails("M17") == 1


def test_back_and_another_contract_is_another_declaration(browser_: Browser) -> None:
    browser_.open("/widerruf")
    browser_.submit("Weiter", **TYPED)
    data = dict(browser_.page.form(button="Widerruf bestätigen").fields)
    for contract in ("Kurs 271-4632", "Kurs 271-9999"):
        address = "/widerruf/bestaetigung"
        sent = {**data, "contract": contract}
        page = Page(browser_.client.post(address, data=sent, follow_redirects=True))
        assert contract in page.text
    kept = select(Withdrawal.contract).order_by(Withdrawal.id)
    assert db.session.scalars(kept).all() == ["Kurs 271-4632", "Kurs 271-9999"]
    assert count_mails("M17") == 2


def test_too_many_are_taken_in_but_get_no_mail(browser_: Browser) -> None:
    for number in range(7):
        page = declare_as_stranger(browser_, contract=f"Kurs {number}")
        assert page.headings == ["Eingang bestätigt"]
    assert count_mails("M17") == 5
    held = select(func.count()).where(Withdrawal.is_withheld)
    assert db.session.scalar(held) == 2


def test_links_of_strangers_do_not_reach_the_mail(browser_: Browser) -> None:
    declare_as_stranger(browser_, remark="Siehe https://boese.example/x", name="boese.example")
    assert "boese" not in receipt().text + receipt().html
    assert "boese.example/x" in withdrawal().remark


def test_an_unknown_contract_gets_the_same_answer(buyer: Buyer, app: Flask) -> None:
    request = make_request(buyer.customer, make_course())
    answers = []
    for contract in (request.reference, "V26-999999"):
        stranger = Browser(app.test_client())
        page = declare_as_stranger(stranger, contract=contract)
        text = page.text.replace(contract, "…")
        answers.append(re.sub(r"W-\w{4}-\w{4}|\d\d:\d\d:\d\d", "", text))
    assert answers[0] == answers[1]
    assert booking(request.bookings[0].id).status == "requested"


def test_a_customer_withdraws_one_of_two_bookings(buyer: Buyer) -> None:
    course, other = make_course(), make_course()
    number = booked(buyer.customer, course, paid=9800)
    kept = booked(buyer.customer, other)
    page = buyer.browser.open(f"/widerruf?anmeldung={number}")
    assert ("name", buyer.customer.full_name) in page.form(button="Weiter").fields
    assert "Widerruf möglich bis" in page.text
    buyer.browser.submit("Weiter")
    page = buyer.browser.submit("Widerruf bestätigen")
    assert "beendet, kostenfrei" in page.text
    after = booking(number)
    assert (after.status, after.fee_cents, seats_taken(course)) == ("withdrawn", 0, 0)
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount_cents, refund.cause) == (9800, "withdrawal")
    assert booking(kept).status == "confirmed"
    assert withdrawal().settled_at is not None
    assert course.title in receipt().text
    assert count_mails("M16") == 0


def tick(browser: Browser, *numbers: int) -> None:
    fields = dict(browser.open("/widerruf").form(button="Weiter").fields)
    data = {**fields, "anmeldung": [str(number) for number in numbers]}
    browser.page = Page(browser.client.post("/widerruf", data=data))


def test_two_ticked_bookings_leave_nothing_to_do(buyer: Buyer) -> None:
    numbers = [booked(buyer.customer, make_course()) for _ in range(2)]
    tick(buyer.browser, *numbers)
    buyer.browser.submit("Widerruf bestätigen")
    assert [booking(number).status for number in numbers] == ["withdrawn"] * 2
    assert withdrawal().settled_at is not None


@pytest.mark.parametrize("typed", [{"contract": "V26-1, als Gast"}, {"remark": "Auch Kurs 12."}])
def test_what_is_written_beside_a_tick_waits(buyer: Buyer, typed: dict[str, str]) -> None:
    number = booked(buyer.customer, make_course())
    buyer.browser.open(f"/widerruf?anmeldung={number}")
    buyer.browser.submit("Weiter", **typed)
    page = buyer.browser.submit("Widerruf bestätigen")
    assert "beendet, kostenfrei" in page.text
    assert booking(number).status == "withdrawn"
    assert withdrawal().settled_at is None


def test_what_ended_between_the_steps_waits_for_staff(buyer: Buyer) -> None:
    """The Storno may have cost something that the Widerruf does not."""
    numbers = [booked(buyer.customer, make_course()) for _ in range(2)]
    tick(buyer.browser, *numbers)
    cancel_bookings(BookingOwner(buyer.customer.id), {numbers[0]: 0}, by=buyer.customer)
    buyer.browser.submit("Widerruf bestätigen")
    assert booking(numbers[1]).status == "withdrawn"
    assert withdrawal().settled_at is None


@pytest.mark.parametrize("why", ["late", "excluded", "begun"])
def test_what_is_not_open_waits_for_staff(buyer: Buyer, why: str) -> None:
    law = {"withdrawal_right": "excluded", "withdrawal_reason": "Studienreise"}
    course = make_course(
        starts_on=clock.today() + timedelta(days=2),
        sessions=9,
        **law if why == "excluded" else {},
    )
    number = booked(buyer.customer, course)
    if why == "begun":
        request = db.session.get_one(Booking, number).request_id
        _ask_for_early_start(request)
    with clock.moved_by(days={"late": 30, "begun": 3, "excluded": 0}[why]):
        if why != "excluded":  # the login has ended meanwhile
            log_in(buyer.browser, buyer.customer.email)
        buyer.browser.open(f"/widerruf?anmeldung={number}")
        buyer.browser.submit("Weiter")
        page = buyer.browser.submit("Widerruf bestätigen")
    assert page.headings == ["Eingang bestätigt"]
    assert booking(number).status == "confirmed"
    assert withdrawal().settled_at is None
    assert count_mails("M17") == 1


def test_nobody_loses_the_right_after_booking(buyer: Buyer) -> None:
    course = make_course()
    number = booked(buyer.customer, course)
    change(course, withdrawal_right="excluded", withdrawal_reason="Studienreise")
    buyer.browser.open(f"/widerruf?anmeldung={number}")
    buyer.browser.submit("Weiter")
    buyer.browser.submit("Widerruf bestätigen")
    assert booking(number).status == "withdrawn"


def _ask_for_early_start(request_id: int) -> None:
    with transaction() as session:
        request = session.get_one(BookingRequest, request_id)
        request.accepted_texts = {**request.accepted_texts, "early_start": "2026-11"}


def test_a_foreign_page_ends_nobodys_booking(buyer: Buyer) -> None:
    number = booked(buyer.customer, make_course())
    data = {**TYPED, "anmeldung": str(number), "token": "x" * 40}
    assert buyer.browser.client.post("/widerruf/bestaetigung", data=data).status_code == 303
    assert booking(number).status == "confirmed"
    assert withdrawal().customer_id is None


def test_nobody_withdraws_for_others(buyer: Buyer, stranger: Buyer) -> None:
    number = booked(buyer.customer, make_course())
    stranger.browser.open("/widerruf")
    stranger.send("/widerruf/bestaetigung", **TYPED, anmeldung=str(number), token="x" * 40)
    assert booking(number).status == "confirmed"
    assert withdrawal().settled_at is None


def test_the_receipt_is_shown_for_a_day_to_who_declared(browser_: Browser) -> None:
    page = declare_as_stranger(browser_)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert browser_.open(page.path).status == 200
    with clock.moved_by(hours=25):
        assert browser_.open(page.path).status == 404
    assert browser_.open("/widerruf/eingang/x").status == 404


def test_staff_match_end_and_settle(app: Flask, buyer: Buyer) -> None:
    course = make_course()
    number = booked(buyer.customer, course, paid=9800)
    declare_as_stranger(Browser(app.test_client()), email=buyer.customer.email)
    make_staff(email="buero@example.org")
    office = Browser(app.test_client())
    log_in_staff(office, "buero@example.org")
    office.open("/verwaltung/widerrufe")
    page = office.open(f"/verwaltung/widerrufe/{withdrawal().id}")
    assert course.title in page.text
    for said in ("1 Anmeldung durch Widerruf beendet", "keine laufende Anmeldung"):
        page = send(office, f"{page.path}/annahme", bookings=str(number))
        assert said in page.text
    assert (booking(number).status, seats_taken(course), count_mails("M16")) == ("withdrawn", 0, 1)
    assert send(office, f"{page.path}/erledigung", note="").status == 422
    settled = send(office, f"{page.path}/erledigung", note="zugeordnet")
    assert "0 Widerrufe" in settled.text
    assert withdrawal().note == "zugeordnet"


def test_the_table_for_the_office_holds_no_formula(app: Flask, browser_: Browser) -> None:
    declare_as_stranger(browser_, name="=HYPERLINK(1)", contract="+49", remark=" @x")
    make_staff(email="buero@example.org")
    office = Browser(app.test_client())
    log_in_staff(office, "buero@example.org")
    cells = office.client.get("/verwaltung/widerrufe.csv").get_data(as_text=True)
    for cell in ("'=HYPERLINK(1)", "'+49", "'@x"):
        assert f";{cell};" in cells


def test_finance_pays_back_once_and_the_money_adds_up(app: Flask, buyer: Buyer) -> None:
    number = booked(buyer.customer, make_course(), paid=9800)
    buyer.browser.open(f"/widerruf?anmeldung={number}")
    buyer.browser.submit("Weiter")
    buyer.browser.submit("Widerruf bestätigen")
    make_staff(email="kasse@example.org", role="finance")
    finance = Browser(app.test_client())
    log_in_staff(finance, "kasse@example.org")
    assert "98,00" in finance.open("/verwaltung/erstattungen").text
    finance.submit("Erstattet")
    refund = db.session.scalars(select(Refund)).one()
    assert (
        "schon erledigt" in send(finance, f"/verwaltung/erstattungen/{refund.id}/erledigung").text
    )
    after = booking(number)
    assert (after.paid_cents, after.fee_cents) == (0, 0)


@pytest.mark.parametrize("address", ["/", "/login", "/kurse", "/gibt-es-nicht", "/offline"])
def test_the_button_stands_on_every_page(browser_: Browser, address: str) -> None:
    assert browser_.open(address).link("Vertrag widerrufen") == "/widerruf"
