"""Drafts, bookings and bank accounts belong to their owner; others find nothing (V8.2.2)."""

from sqlalchemy import select

from kmz.banking.models import BankAccount
from kmz.booking.models import Booking, BookingDraft
from kmz.db import db
from tests.booking.conftest import Buyer, count_bookings
from tests.factories import make_course, make_request


def test_a_foreign_draft_is_not_found_on_any_way(buyer: Buyer, stranger: Buyer) -> None:
    course = make_course()
    summary = buyer.fill_in(course)
    for address in (summary, f"{summary}/aendern", f"{summary}/danke"):
        assert stranger.browser.open(address).status == 404
    stranger.browser.open("/konto")
    fields = {"terms_accepted": "y", "total": str(course.fee_cents), "mandate": "y"}
    for address in (summary, f"{summary}/aendern"):
        assert stranger.send(address, **fields).status == 404
    assert count_bookings() == 0
    buyer.press()
    for address in (summary, f"{summary}/danke"):
        assert stranger.browser.open(address).status == 404
    stranger.browser.open("/konto")
    assert stranger.send(summary, **fields).status == 404
    assert count_bookings() == 1


def test_a_foreign_booking_is_not_found_nor_are_its_neighbours(
    buyer: Buyer, stranger: Buyer
) -> None:
    make_request(buyer.customer, make_course())
    (number,) = db.session.scalars(select(Booking.id))
    assert buyer.browser.open(f"/konto/anmeldungen/{number}").status == 200
    for other in (number, number + 1, 0, 2**31, 2**63, 10**40):
        page = stranger.browser.open(f"/konto/anmeldungen/{other}")
        assert page.status == 404, other
        assert "Andrea" not in page.html


def test_a_foreign_bank_account_pays_nothing(buyer: Buyer, stranger: Buyer) -> None:
    query = select(BankAccount.id).where(BankAccount.customer_id == buyer.customer.id)
    foreign = db.session.scalars(query).one()
    course = make_course()
    stranger.start(course)
    refused = stranger.browser.submit(
        "Weiter zur Zusammenfassung", of_age="y", mandate="y", bank_account=str(foreign)
    )
    assert refused.status == 422
    assert not any(draft.content["is_ready"] for draft in db.session.scalars(select(BookingDraft)))


def test_a_made_up_key_is_not_found(buyer: Buyer) -> None:
    for key in ("x", "danke", "%00", "ä" * 60, "'--", "1" * 500, "{{7*7}}"):
        assert buyer.browser.open(f"/buchen/{key}").status == 404, key
        buyer.browser.open("/konto")
        assert buyer.send(f"/buchen/{key}", terms_accepted="y", total="0").status == 404, key


def test_a_manipulated_course_in_the_form_books_only_what_was_asked(buyer: Buyer) -> None:
    wanted, other = make_course(), make_course()
    buyer.start(wanted)
    buyer.browser.submit(
        "Weiter zur Zusammenfassung", of_age="y", mandate="y", participants_0_course=other.slug
    )
    assert buyer.browser.page.status == 422
    assert f"wer an „{wanted.title}“ teilnimmt" in buyer.browser.page.text
    assert db.session.scalars(select(Booking.course_id)).all() == []


def test_a_manipulated_form_brings_no_crowd(buyer: Buyer) -> None:
    course = make_course()
    form = buyer.start(course).path
    crowd = {
        f"participants-{number}-{name}": value
        for number in range(7)
        for name, value in {
            "course": course.slug,
            "who": "other",
            "first_name": f"Kind {number}",
            "last_name": "Muster",
        }.items()
    }
    refused = buyer.send(form, of_age="y", mandate="y", bank_account="1", **crowd)
    assert refused.status == 422
    assert "höchstens 6 Personen auf einmal" in refused.text


def test_an_unknown_or_unpublished_course_has_no_form(buyer: Buyer) -> None:
    draft = make_course(published_at=None)
    for slug in (draft.slug, "gibt-es-nicht", "%00x", "9" * 300):
        assert buyer.browser.open(f"/buchen?kurs={slug}").status == 404, slug


def test_an_empty_cart_has_no_form(buyer: Buyer) -> None:
    page = buyer.browser.open("/buchen")
    assert page.status == 422
    assert "Es ist kein Kurs ausgewählt" in page.text
