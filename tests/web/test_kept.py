"""What is kept between requests shows nobody what belongs to somebody else."""

import threading

from flask import Flask

from kmz.catalog.models import Course
from kmz.db import transaction
from kmz.web.limits import CalmMemoryStorage
from tests.factories import PASSWORD, make_course, make_customer
from tests.page import Browser


def _customer_with_a_heart(app: Flask, course: Course) -> Browser:
    make_customer(email="andrea@example.org")
    browser = Browser(app.test_client())
    browser.open("/login")
    browser.submit("Anmelden", login_email="andrea@example.org", login_password=PASSWORD)
    browser.open("/kurse")
    browser.submit(f"Auf die Merkliste: {course.title}")
    return browser


def test_a_customers_heart_and_login_are_not_seen_by_the_next_visitor(app: Flask) -> None:
    course = make_course(title="Aquarell")
    customer, visitor = _customer_with_a_heart(app, course), Browser(app.test_client())
    for _ in range(2):
        theirs = customer.open("/kurse").html
        assert "Von der Merkliste nehmen: Aquarell" in theirs
        assert "(eingeloggt)" in theirs
        seen = visitor.open("/kurse").html
        assert "Auf die Merkliste: Aquarell" in seen
        assert "eingeloggt" not in seen
        assert "Beispiel</span>" not in seen


def test_a_row_shows_the_seats_of_this_moment(app: Flask) -> None:
    course = make_course(max_participants=10)
    visitor = Browser(app.test_client())
    assert "Plätze frei" in visitor.open("/kurse").html
    with transaction() as session:
        session.get_one(Course, course.id).seats_taken = 10
    assert "Ausgebucht" in visitor.open("/kurse").html


def test_every_visitor_has_a_csrf_token_of_his_own(app: Flask) -> None:
    make_course()
    pages = [Browser(app.test_client()).open("/kurse").html for _ in range(2)]
    tokens = [page.partition('name="csrf_token" value="')[2].partition('"')[0] for page in pages]
    assert len(set(tokens)) == 2
    assert all(tokens)


def test_the_current_page_is_marked_on_each_page(app: Flask) -> None:
    visitor = Browser(app.test_client())
    for address, label in (("/", "START"), ("/kontakt", "KONTAKT"), ("/", "START")):
        assert f'href="{address}" aria-current="page">{label}<' in visitor.open(address).html


def test_limits_in_memory_count_without_a_thread_per_request() -> None:
    storage = CalmMemoryStorage()
    storage.timer.join()
    before = threading.active_count()
    assert [storage.acquire_entry("somebody", 2, 60) for _ in range(3)] == [True, True, False]
    assert storage.acquire_entry("somebody else", 2, 60)
    assert threading.active_count() == before
