"""Benachrichtigen, wenn wieder Plätze frei sind: ordered by one click, told once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask, render_template_string

from kmz import clock
from kmz.alerts.actions.forgetting import delete_old_alerts
from kmz.alerts.actions.telling import tell_of_free_seats
from kmz.alerts.models import SeatAlert
from kmz.alerts.rules import MAX_SEAT_ALERTS
from kmz.catalog.models import Course
from kmz.catalog.rules import availability
from kmz.db import transaction
from tests.alerts.steps import (
    EMAIL,
    confirm,
    free_a_seat,
    look_for_seats,
    mails,
    make_full_course,
    make_seat_alert,
    rows,
)
from tests.factories import make_course, make_customer
from tests.page import Browser
from tests.steps import log_in, send


def change(course_id: int, **fields: object) -> None:
    with transaction() as session:
        course = session.get_one(Course, course_id)
        for name, value in fields.items():
            setattr(course, name, value)


def order_as_guest(browser: Browser, course: Course, email: str = EMAIL) -> None:
    browser.open(f"/platz-frei/{course.slug}")
    browser.submit("Benachrichtigen", email=email)


def test_the_button_stands_at_full_courses_only(app: Flask) -> None:
    macro = "{{ seat_alert('x', 'Töpfern', state) }}"
    full = (make_full_course(), make_full_course(waitlist_open=True))
    others = (
        make_course(),
        make_full_course(cancelled_at=clock.now()),
        make_full_course(starts_on=clock.today() - timedelta(days=60)),
        make_full_course(booking_channel="office"),
    )
    with app.test_request_context():
        for course, is_there in [*((c, True) for c in full), *((c, False) for c in others)]:
            state = availability(course, now=clock.now())
            html = render_template_string(macro, state=state)
            assert ("/platz-frei/x" in html) is is_there, state


def test_a_customer_orders_by_one_click_and_comes_back(browser_: Browser) -> None:
    course, customer = make_full_course(title="Töpfern"), make_customer()
    log_in(browser_, customer.email)
    browser_.open("/kurse")
    page = send(browser_, f"/platz-frei/{course.slug}", weiter=f"/kurs/{course.slug}")
    assert page.path == f"/kurs/{course.slug}"
    assert "sobald in „Töpfern“ wieder Plätze frei sind" in page.text
    send(browser_, f"/platz-frei/{course.slug}")
    (alert,) = rows(SeatAlert)
    assert (alert.customer_id, alert.course_id) == (customer.id, course.id)


def test_a_guest_goes_on_to_a_form_and_confirms(browser_: Browser) -> None:
    course = make_full_course(title="Töpfern")
    browser_.open("/kurse")
    page = browser_.open(send(browser_, f"/platz-frei/{course.slug}").path)
    assert course.display_line in page.text
    assert browser_.submit("Benachrichtigen", email="x").status == 422
    assert browser_.submit("Benachrichtigen", email=EMAIL).headings == ["Fast geschafft"]
    free_a_seat(course.id)
    look_for_seats()
    assert mails("M27") == []
    confirm(browser_)
    look_for_seats()
    (mail,) = mails("M27")
    assert mail.recipient == EMAIL
    assert mail.subject == f"Wieder Plätze frei: {course.number} Töpfern"
    assert f"http://localhost/kurs/{course.slug}" in mail.text


def test_everybody_is_told_once_and_then_it_is_over(app: Flask) -> None:
    course = make_full_course()
    for _ in range(3):
        make_seat_alert(make_customer(), course)
    look_for_seats()
    assert mails("M27") == []
    free_a_seat(course.id)
    look_for_seats()
    look_for_seats()
    assert len(mails("M27")) == 3
    assert rows(SeatAlert) == []
    assert app


def test_several_workers_at_once_tell_everybody_once(app: Flask) -> None:
    course = make_full_course()
    for _ in range(10):
        make_seat_alert(make_customer(), course)
    free_a_seat(course.id)
    start = Barrier(4)

    def work(_number: int) -> None:
        with app.app_context():
            start.wait()
            tell_of_free_seats()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    told = Counter(mail.recipient for mail in mails("M27"))
    assert (len(told), set(told.values())) == (10, {1})


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "fields",
    [
        {"published_at": None},
        {"booking_channel": "office"},
        {"starts_on": clock.today() - timedelta(days=3)},
        {"booking_closes_at": clock.now() - timedelta(hours=1)},
    ],
    ids=["draft", "office", "running", "closed"],
)
def test_a_free_seat_that_cannot_be_booked_is_not_told(fields: dict[str, object]) -> None:
    course = make_full_course()
    make_seat_alert(make_customer(), course)
    change(course.id, seats_taken=0, **fields)
    look_for_seats()
    assert mails("M27") == []
    assert len(rows(SeatAlert)) == 1


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "fields",
    [
        {"cancelled_at": clock.now()},
        {"ends_on": clock.today() - timedelta(days=1)},
        {"published_at": None, "withdrawn_at": clock.now() - timedelta(days=31)},
    ],
    ids=["cancelled", "over", "gone"],
)
def test_waiting_ends_with_the_course_without_a_mail(fields: dict[str, object]) -> None:
    course, other = make_full_course(), make_full_course()
    for waited_for in (course, other):
        make_seat_alert(make_customer(), waited_for)
    change(course.id, **fields)
    look_for_seats()
    delete_old_alerts()
    assert mails("M27") == []
    assert [alert.course_id for alert in rows(SeatAlert)] == [other.id]


def test_where_seats_are_free_there_is_nothing_to_wait_for(browser_: Browser) -> None:
    course = make_course()
    assert browser_.open(f"/platz-frei/{course.slug}").path == f"/kurs/{course.slug}"
    for address in (f"/platz-frei/{course.slug}", f"/platz-frei/{course.slug}/e-mail"):
        assert send(browser_, address, email=EMAIL).path == f"/kurs/{course.slug}"
    assert rows(SeatAlert) == []
    assert browser_.open("/platz-frei/gibt-es-nicht").status == 404


def test_fifty_courses_are_enough(browser_: Browser) -> None:
    customer = make_customer()
    for _ in range(MAX_SEAT_ALERTS):
        make_seat_alert(customer, make_full_course(sessions=0))
    course = make_full_course()
    log_in(browser_, customer.email)
    browser_.open("/kurse")
    page = send(browser_, f"/platz-frei/{course.slug}")
    assert page.status == 422
    assert "schon auf freie Plätze in 50 Kursen" in page.text


def test_known_and_unknown_addresses_get_the_same_answer(app: Flask, browser_: Browser) -> None:
    course, known = make_full_course(), make_customer()
    make_seat_alert(known, course)
    other = Browser(app.test_client())
    order_as_guest(browser_, course, known.email)
    order_as_guest(other, course, "neu@example.org")
    assert browser_.page.text == other.page.text
    assert {mail.recipient for mail in mails("M25")} == {known.email, "neu@example.org"}
    free_a_seat(course.id)
    look_for_seats()
    assert [mail.recipient for mail in mails("M27")] == [known.email]


def test_who_asks_as_guest_and_as_customer_is_told_once(browser_: Browser) -> None:
    course, customer = make_full_course(), make_customer()
    order_as_guest(browser_, course, customer.email)
    make_seat_alert(customer, course)
    assert confirm(browser_).headings == ["Benachrichtigung bestätigt"]
    free_a_seat(course.id)
    look_for_seats()
    assert len(mails("M27")) == 1
