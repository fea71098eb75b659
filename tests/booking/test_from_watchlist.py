"""From the Merkliste into the Warenkorb (U40)."""

from flask import Flask

from kmz.booking.cart.actions import add_to_cart, move_to_cart
from kmz.booking.cart.queries import cart_count
from kmz.booking.rules import MAX_ITEMS, CartOwner
from kmz.catalog.actions.watchlist import watch_courses
from kmz.catalog.watchlist_queries import notes_of
from tests.factories import make_course, make_customer, make_school, make_school_customer
from tests.page import Browser
from tests.steps import badge, log_in, log_in_by_school, send


def test_what_moves_leaves_the_merkliste_and_comes_once(app: Flask) -> None:
    assert app
    customer = make_customer()
    owner = CartOwner(customer_id=customer.id)
    ids = [make_course().id for _ in range(3)]
    watch_courses(customer.id, ids)
    add_to_cart(owner, ids[0])
    assert move_to_cart(owner, ids[:2]) == (owner, ids[:2])
    assert cart_count(owner) == 2
    assert [note.course_id for note in notes_of(customer.id)] == [ids[2]]


def test_what_finds_no_room_in_the_cart_stays_noted(app: Flask, browser_: Browser) -> None:
    assert app
    customer = make_customer(email="andrea@example.org")
    watch_courses(customer.id, [make_course().id for _ in range(MAX_ITEMS + 2)])
    log_in(browser_, "andrea@example.org")
    browser_.open("/konto/merkliste")
    page = browser_.submit(f"Alle buchbaren in den Warenkorb ({MAX_ITEMS + 2})")
    assert f"{MAX_ITEMS} Kurse liegen jetzt im Warenkorb." in page.text
    assert "2 Kurse bleiben auf der Merkliste." in page.text
    assert badge(page) == str(MAX_ITEMS)
    assert len(notes_of(customer.id)) == 2


def test_a_school_that_shares_its_login_gets_no_cart(app: Flask, browser_: Browser) -> None:
    assert app
    school = make_school_customer(make_school(number="04711"), username="", shared=True)
    watch_courses(school.id, [make_course().id, make_course().id])
    log_in_by_school(browser_, "04711")
    page = send(browser_, "/merkliste/warenkorb")
    assert badge(page) == ""
    assert len(notes_of(school.id)) == 2


def test_an_empty_list_moves_nothing(browser_: Browser) -> None:
    browser_.open("/merkliste")
    page = send(browser_, "/merkliste/warenkorb", kurs="gibt-es-nicht")
    assert "Davon lässt sich gerade nichts buchen." in page.text
    assert badge(page) == ""
