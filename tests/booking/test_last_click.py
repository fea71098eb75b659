"""The last click: once, truthful, and refused for a reason that is said (P2, P4, BKG rows)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.banking.models import SepaMandate
from kmz.booking.checkout.actions.drafts import delete_old_drafts
from kmz.booking.models import Booking
from kmz.catalog.models import CourseSession
from kmz.db import db, transaction
from tests.booking.conftest import (
    Buyer,
    change,
    count_bookings,
    count_mails,
    let_go_of_held_seats,
    seats_taken,
)
from tests.factories import make_course, make_customer, make_request
from tests.steps import log_in, token_of

PARALLEL = 8


def test_one_click_gives_one_booking_one_seat_one_mail(buyer: Buyer) -> None:
    course = make_course()
    buyer.fill_in(course)
    assert buyer.press().headings == ["Vielen Dank"]
    assert (count_bookings(), seats_taken(course), count_mails("M08")) == (1, 1, 1)


def test_eight_clicks_at_once_give_one_booking_and_one_mail(app: Flask, buyer: Buyer) -> None:
    course = make_course()
    summary = buyer.fill_in(course)
    cookies = {name: buyer.browser.client.get_cookie(name) for name in ("kmz", "kmz_login")}
    fields = {
        "csrf_token": token_of(buyer.browser.page),
        "terms_accepted": "y",
        "total": str(course.fee_cents),
    }
    start = Barrier(PARALLEL)
    db.session.rollback()

    def click(_number: int) -> tuple[int, str]:
        with app.app_context():
            client = app.test_client()
            for name, cookie in cookies.items():
                assert cookie is not None
                client.set_cookie(name, cookie.value)
            start.wait()
            answer = client.post(summary, data=fields)
            db.session.remove()
            return answer.status_code, answer.location

    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = set(pool.map(click, range(PARALLEL)))
    assert answers == {(303, f"{summary}/danke")}
    assert (count_bookings(), seats_taken(course), count_mails("M08")) == (1, 1, 1)


def test_a_vorgangsnummer_is_never_given_twice(app: Flask) -> None:
    """SQLite gives the id of a deleted form to the next one; nobody may miss a booking for it."""
    assert app
    known = set()
    for _ in range(3):
        customer = make_customer()
        known.add(make_request(customer, make_course(fee_cents=0)).reference)
        with clock.moved_by(days=3):
            delete_old_drafts()
    assert len(known) == 3


def test_the_back_button_leads_to_the_thanks_and_books_nothing(buyer: Buyer) -> None:
    summary = buyer.fill_in(make_course())
    old_page = buyer.browser.page
    buyer.press()
    assert buyer.browser.open(summary).path == f"{summary}/danke"
    buyer.browser.page = old_page
    assert buyer.press().path == f"{summary}/danke"
    assert (count_bookings(), count_mails("M08")) == (1, 1)


def test_without_the_tick_nothing_is_booked(buyer: Buyer) -> None:
    course = make_course()
    buyer.fill_in(course)
    refused = buyer.browser.submit("Zahlungspflichtig buchen")
    assert refused.status == 422
    assert refused.title.startswith("Fehler: ")
    assert (count_bookings(), seats_taken(course), count_mails("M08")) == (0, 0, 0)


def test_a_changed_price_is_shown_before_it_is_booked(buyer: Buyer) -> None:
    course = make_course(fee_cents=4500)
    buyer.fill_in(course)
    change(course, fee_cents=5200)
    refused = buyer.press()
    assert refused.status == 422
    assert "Das Entgelt hat sich" in refused.text
    assert "52,00\N{NO-BREAK SPACE}€" in refused.html
    assert (count_bookings(), seats_taken(course)) == (0, 0)
    assert buyer.press().headings == ["Vielen Dank"]
    assert db.session.scalars(select(Booking.fee_cents)).all() == [5200]


@pytest.mark.parametrize("total", ["0", "-1", "1", "", "4500.0", "９８００", "9" * 30, "45; DROP"])
def test_the_price_is_the_servers_whatever_the_form_says(buyer: Buyer, total: str) -> None:
    summary = buyer.fill_in(make_course(fee_cents=4500))
    answer = buyer.send(summary, terms_accepted="y", total=total)
    assert answer.status == 422
    assert count_bookings() == 0


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("closed", "Anmeldeschluss vorbei"),
        ("cancelled", "Kurs abgesagt"),
        ("unpublished", "steht nicht mehr im Programm"),
        ("not open", "Anmeldung ab"),
        ("office", "Keine Online-Anmeldung"),
        ("over", "Kurs beendet"),
        ("full", "Der letzte Platz wurde gerade vergeben"),
    ],
)
def test_what_happened_meanwhile_is_refused_with_its_reason(
    buyer: Buyer, state: str, words: str
) -> None:
    course = make_course()
    summary = buyer.fill_in(course)
    now, day = clock.now(), timedelta(days=1)
    meanwhile: dict[str, dict[str, object]] = {
        "closed": {"booking_closes_at": now - day},
        "cancelled": {"cancelled_at": now},
        "unpublished": {"published_at": None},
        "not open": {"booking_opens_at": now + day},
        "office": {"booking_channel": "office"},
        "over": {"starts_on": clock.today() - 9 * day, "ends_on": clock.today() - day},
        "full": {"external_participants": 10},
    }
    let_go_of_held_seats()
    change(course, **meanwhile[state])
    refused = buyer.send(summary, terms_accepted="y", total=str(course.fee_cents))
    assert refused.status == 422
    assert words in refused.text
    assert (count_bookings(), seats_taken(course), count_mails("M08")) == (0, 0, 0)


def test_a_deleted_bank_account_is_asked_for_again(buyer: Buyer) -> None:
    course = make_course()
    summary = buyer.fill_in(course)
    bank = buyer.browser.open("/konto/bankverbindungen")
    buyer.browser.submit("Speichern", iban="DE02 1203 0000 0000 2020 51")
    buyer.browser.open(bank.link("Löschen: DE89"))
    buyer.browser.submit("Endgültig löschen")
    refused = buyer.send(summary, terms_accepted="y", total=str(course.fee_cents))
    assert refused.status == 422
    assert "von welcher Bankverbindung gezahlt wird" in refused.text
    buyer.browser.open(refused.link("Bankverbindung wählen"))
    buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y")
    assert buyer.press().headings == ["Vielen Dank"]


def test_a_course_that_was_free_at_first_needs_a_bank_account_now(buyer: Buyer) -> None:
    course = make_course(fee_cents=0)
    summary = buyer.fill_in(course)
    change(course, fee_cents=1000)
    for _ in range(2):
        refused = buyer.send(summary, terms_accepted="y", total="1000")
        assert refused.status == 422
        assert "von welcher Bankverbindung gezahlt wird" in refused.text
    assert count_bookings() == 0
    assert db.session.scalars(select(SepaMandate)).all() == []


def test_the_last_step_alone_does_not_replace_profile_and_bank_account(buyer: Buyer) -> None:
    """Posting the form directly, without ever seeing it (2.3.1)."""
    make_customer(email="neu@example.org", complete=False)
    course = make_course()
    buyer.browser.open("/konto")
    buyer.browser.submit("LOGOUT")
    log_in(buyer.browser, "neu@example.org")
    refused = buyer.start(course)
    assert refused.status == 422
    assert "fehlen noch Angaben" in refused.text
    assert "Bankverbindung" in refused.text


def test_a_person_is_booked_into_a_course_once(buyer: Buyer, stranger: Buyer) -> None:
    course = make_course()
    make_request(buyer.customer, course)
    buyer.start(course)
    refused = buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y")
    assert refused.status == 422
    assert "Andrea Beispiel ist für diesen Kurs bereits angemeldet." in refused.text
    stranger.fill_in(course)
    assert stranger.press().headings == ["Vielen Dank"]
    assert count_bookings() == 2


def test_the_same_person_by_two_forms_is_booked_once(buyer: Buyer) -> None:
    course, other = make_course(), make_course()
    first = buyer.fill_in(course)
    for one in (course, other):
        buyer.browser.open(f"/kurs/{one.slug}")
        buyer.browser.submit("In den Warenkorb")
    buyer.browser.open("/buchen")
    buyer.browser.submit("Anmeldeformular öffnen")
    second = buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y").path
    buyer.browser.open(first)
    buyer.press()
    refused = buyer.send(second, terms_accepted="y", total=str(2 * (course.fee_cents or 0)))
    assert refused.status == 422
    assert "bereits angemeldet" in refused.text
    assert (count_bookings(), seats_taken(course), count_mails("M08")) == (1, 1, 1)


def test_another_person_needs_both_names_and_is_kept_faithfully(buyer: Buyer) -> None:
    course = make_course()
    person = {"participants_0_who": "other", "participants_0_first_name": "Łucja"}
    buyer.fill_in(course, **person)
    refused = buyer.browser.page
    assert refused.status == 422
    assert "Bitte füllen Sie das Feld „Name“ aus." in refused.text
    assert "Łucja" in refused.html
    buyer.fill_in(course, **person, participants_0_last_name="ẞ-Müller")
    assert "Teilnehmende Person: Łucja ẞ-Müller" in buyer.browser.page.text
    buyer.press()
    booking = db.session.scalars(select(Booking)).one()
    assert booking.participant_name == "Łucja ẞ-Müller"


def test_customer_and_child_may_attend_the_same_course(buyer: Buyer) -> None:
    course = make_course()
    buyer.fill_in(course)
    buyer.press()
    buyer.fill_in(
        course,
        participants_0_who="other",
        participants_0_first_name="Kind",
        participants_0_last_name="Beispiel",
    )
    assert buyer.press().headings == ["Vielen Dank"]
    assert (count_bookings(), seats_taken(course)) == (2, 2)


def test_what_a_course_requires_is_said_before_the_click(buyer: Buyer) -> None:
    course = make_course(requirements="Grundkenntnisse auf Stufe A1")
    assert "Grundkenntnisse auf Stufe A1" in buyer.start(course).text
    buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y")
    assert "Grundkenntnisse auf Stufe A1" in buyer.browser.page.text


def test_the_number_of_termine_is_frozen_with_the_course(buyer: Buyer) -> None:
    make_course(sessions=1)
    course = make_course(sessions=5)
    with transaction() as session:
        first = select(CourseSession).where(CourseSession.course_id == course.id).limit(1)
        session.scalars(first).one().is_cancelled = True
    buyer.fill_in(course)
    buyer.press()
    assert db.session.scalars(select(Booking)).one().agreed["session_count"] == 4
