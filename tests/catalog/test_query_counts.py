"""A page asks the database a handful of questions, however long it is and whoever looks."""

import pytest
from flask import Flask

from kmz.booking.cart.actions import add_to_cart
from kmz.booking.rules import CartOwner
from kmz.catalog.actions.watchlist import watch_course
from kmz.catalog.search import engine
from tests.catalog.steps import refresh_search
from tests.factories import make_course, make_customer, make_staff
from tests.page import Browser
from tests.statements import counted_statements
from tests.steps import log_in, log_in_staff

MOST = 6
PAGES = (
    "/",
    "/kurse",
    "/kurse?q=italienisch",
    "/kurse?ansicht=woche",
    "/kurse/suche",
    "/kurse/vorschlaege?q=ita",
    "/kurs/271-a",
    "/konto/merkliste",
    "/sitemap",
)


@pytest.fixture
def many_courses(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty courses; the search looks for changes at every request, not twice a second."""
    assert app
    monkeypatch.setattr(engine, "_CHECK_EVERY", -1)
    first = make_course(number="271-A", area_code="4.09", sessions=12)
    for _ in range(30):
        make_course(area_code="4.09")
    customer = make_customer(email="andrea@example.org")
    watch_course(customer.id, first.id)
    add_to_cart(CartOwner(customer_id=customer.id), first.id)
    refresh_search()


def asked(browser: Browser, address: str) -> list[str]:
    browser.open(address)
    with counted_statements() as seen:
        assert browser.open(address).status == 200
    return seen


@pytest.mark.usefixtures("many_courses")
@pytest.mark.parametrize("address", PAGES)
def test_a_customer_with_cart_and_merkliste_costs_six_queries_at_most(
    browser_: Browser, address: str
) -> None:
    log_in(browser_, "andrea@example.org")
    assert len(asked(browser_, address)) <= MOST


@pytest.mark.usefixtures("many_courses")
def test_a_visitor_without_a_cart_is_not_counted(browser_: Browser) -> None:
    seen = asked(browser_, "/kurse")
    assert not any("watchlist_item" in statement or "cart" in statement for statement in seen)


@pytest.mark.usefixtures("many_courses")
def test_the_offices_pages_do_not_ask_per_course(app: Flask) -> None:
    make_staff(email="buero@example.org")
    office = Browser(app.test_client())
    log_in_staff(office, "buero@example.org")
    assert len(asked(office, "/verwaltung/kurse")) <= MOST
    edit = office.page.link("271-A")
    assert len(asked(office, edit)) <= 2 * MOST
