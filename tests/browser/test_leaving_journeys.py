"""Out of a course again, with a real browser: Storno with its cost, Widerruf for everybody."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select

from kmz import clock
from kmz.accounts.queries import find_customer
from kmz.booking.models import Booking, Withdrawal
from kmz.booking.office.decisions import confirm_bookings
from kmz.catalog.models import Course
from kmz.db import db
from tests.browser.conftest import LiveServer, Walker, log_in, mail_text, make_person
from tests.factories import make_request, make_staff

pytestmark = pytest.mark.browser


def test_a_storno_shows_its_cost_before_the_click(
    walker: Walker, live: LiveServer, publish: Callable[..., int]
) -> None:
    starts_on = clock.today() + timedelta(days=10)
    number = f"271-85{walker.digit}1"
    course = publish(number=number, title="Doch nicht", starts_on=starts_on)
    email = f"storno-{walker.name}@example.org"
    make_person(live, email)
    booking = book_and_confirm(live, email, course)
    page = walker.page
    log_in(page, email)
    page.goto(f"/konto/anmeldungen/{booking}")
    walker.check()
    page.get_by_role("link", name="Anmeldung stornieren").click()
    expect(page.locator("main")).to_contain_text("Besser: widerrufen")
    expect(page.locator("main")).to_contain_text(re.compile("Kostet heute: 5,00.€"))
    assert status_of(live, booking) == "confirmed"
    walker.check()
    page.get_by_role("button", name="Anmeldung stornieren").click()
    expect(page.locator("#notices")).to_contain_text("1 Anmeldung ist storniert")
    expect(page.locator("main")).to_contain_text("storniert")
    walker.check()
    assert status_of(live, booking) == "cancelled_by_customer"
    assert re.search("5,00.€", mail_text(live, email, "M16"))


def book_and_confirm(live: LiveServer, email: str, course_id: int) -> int:
    """A booking that is fest eingebucht; its id."""
    with live.app.app_context():
        customer = find_customer(email)
        assert customer is not None
        request = make_request(customer, db.session.get_one(Course, course_id))
        query = select(Booking.id).where(Booking.request_id == request.id)
        booking = db.session.scalars(query).one()
        confirm_bookings([booking], by=make_staff())
        db.session.remove()
    return booking


def status_of(live: LiveServer, booking_id: int) -> str:
    with live.app.app_context():
        status = db.session.get_one(Booking, booking_id).status
        db.session.remove()
    return str(status)


def test_somebody_logged_out_withdraws_in_two_steps_and_gets_a_receipt(
    walker: Walker, live: LiveServer
) -> None:
    email = f"widerruf-{walker.name}@example.org"
    contract = "V26-000042, Töpfern an der Scheibe"
    page = walker.page
    page.goto("/kurse")
    page.get_by_role("contentinfo").get_by_role("link", name="Vertrag widerrufen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vertrag widerrufen")
    walker.check()
    page.get_by_role("button", name="Weiter", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()
    walker.check()
    typed = {"name": "Gerda Gast", "contract": contract, "email": email, "remark": "Danke."}
    for name, text in typed.items():
        page.locator(f"main [name='{name}']").fill(text)
    page.get_by_role("button", name="Weiter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Widerruf bestätigen")
    for text in typed.values():
        expect(page.locator("main")).to_contain_text(text)
    assert declared(live, email) is None
    walker.check()
    page.get_by_role("button", name="Widerruf bestätigen", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Eingang bestätigt")
    walker.check()
    withdrawal = declared(live, email)
    assert withdrawal is not None
    assert withdrawal.contract == contract
    receipt = mail_text(live, email, "M17")
    day = clock.in_berlin(withdrawal.declared_at)
    for said in (f"{day:%d.%m.%Y}", f"{day:%H:%M:%S}", *typed.values(), withdrawal.reference):
        assert said in receipt
        expect(page.locator("main")).to_contain_text(said)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Eingang bestätigt")


def test_a_widerruf_needs_neither_cookies_nor_javascript(
    new_context: Callable[..., BrowserContext], live: LiveServer
) -> None:
    page, email = new_context(java_script_enabled=False).new_page(), "ohne-kekse@example.org"
    page.goto("/widerruf")
    for name, text in {"name": "Ole", "contract": "Yoga am 3.2.", "email": email}.items():
        page.locator(f"main [name='{name}']").fill(text)
    page.context.clear_cookies()
    page.get_by_role("button", name="Weiter", exact=True).click()
    page.context.clear_cookies()
    page.get_by_role("button", name="Widerruf bestätigen", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Eingang bestätigt")
    assert declared(live, email) is not None


def declared(live: LiveServer, email: str) -> Withdrawal | None:
    with live.app.app_context():
        found = db.session.scalars(select(Withdrawal).where(Withdrawal.email == email)).first()
        db.session.expunge_all()
        db.session.remove()
    return found
