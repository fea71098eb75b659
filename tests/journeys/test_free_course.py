"""A free course by Direktbuchung: no bank account, another button, the same care."""

from sqlalchemy import select

from kmz.banking.models import SepaMandate
from kmz.booking.models import Booking
from kmz.db import db
from tests.factories import make_course, make_customer
from tests.journeys.conftest import Post, refresh_search
from tests.page import Browser
from tests.steps import log_in


def test_a_free_course_is_booked_directly_without_a_bank_account(
    browser_: Browser, post: Post
) -> None:
    make_customer(email="andrea@example.org")
    talk = make_course(title="Vortrag: Sterne über der Stadt", fee_cents=0, sessions=1)
    refresh_search()
    browser_.open("/kurse")
    assert "kostenlos" in browser_.page.text
    asked = browser_.submit("Direktbuchung")
    assert asked.headings[0] == "Wie möchten Sie buchen?"
    browser_.click("Kunden-Login und weiter buchen")
    form = browser_.submit("Anmelden", login_email="andrea@example.org", login_password="ab1#x")
    assert form.status == 422
    form = browser_.submit("Anmelden", login_password="ab1#x-lang-genug")
    assert form.headings == ["Anmeldeformular"]
    assert "Zahlung" not in form.text
    summary = browser_.submit("Weiter zur Zusammenfassung", of_age="y")
    assert [b["_text"] for b in summary.form(button="Kostenfrei").buttons] == ["Kostenfrei buchen"]
    assert "Zahlungspflichtig" not in summary.text
    assert browser_.submit("Kostenfrei buchen", terms_accepted="y").headings == ["Vielen Dank"]
    receipt = post.new_mail()
    assert "Dies ist noch keine Anmeldebestätigung" in receipt.text
    assert talk.number in receipt.text
    assert "kostenlos" in receipt.text
    assert "SEPA" not in receipt.text
    booking = db.session.scalars(select(Booking)).one()
    assert (booking.course_id, booking.fee_cents) == (talk.id, 0)
    assert db.session.scalars(select(SepaMandate)).all() == []


def test_a_direct_booking_leaves_the_cart_alone(browser_: Browser) -> None:
    make_customer(email="andrea@example.org")
    talk, film = (make_course(title=title, fee_cents=0) for title in ("Vortrag", "Film"))
    browser_.open(f"/kurs/{film.slug}")
    browser_.submit("In den Warenkorb")
    log_in(browser_, "andrea@example.org")
    browser_.open(f"/kurs/{talk.slug}")
    browser_.submit("Direktbuchung")
    browser_.submit("Weiter zur Zusammenfassung", of_age="y")
    assert "Vortrag" in browser_.page.text
    assert "Film" not in browser_.page.text
    browser_.submit("Kostenfrei buchen", terms_accepted="y")
    assert "Film" in browser_.open("/warenkorb").text
