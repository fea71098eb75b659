"""What customers see and end of their own, and what is forgotten with them."""

from flask import Flask

from kmz import clock
from kmz.alerts.actions import ordering
from kmz.alerts.actions.forgetting import delete_old_alerts
from kmz.alerts.models import SavedSearch, SeatAlert
from kmz.alerts.own_data import SECTIONS
from kmz.alerts.wanted import WantedSearch
from kmz.customer_area.actions.closing import close_account
from tests.alerts.steps import (
    ITALIAN,
    confirm,
    make_full_course,
    make_search,
    make_seat_alert,
    order_as_guest,
    rows,
)
from tests.factories import make_customer, make_school, make_school_customer
from tests.page import Browser
from tests.steps import log_in, send

OWN = "/konto/benachrichtigungen"


def test_an_empty_page_says_where_alerts_come_from(browser_: Browser) -> None:
    log_in(browser_, make_customer().email)
    page = browser_.open(OWN)
    assert "Sie haben keine Suche abonniert" in page.text
    assert "Sie warten auf keinen Platz" in page.text


def test_a_customer_sees_and_ends_both_kinds(browser_: Browser) -> None:
    customer, course = make_customer(), make_full_course()
    make_search(customer)
    make_seat_alert(customer, course)
    log_in(browser_, customer.email)
    page = browser_.open(OWN)
    assert page.link("„italienisch“") == f"/kurse?{ITALIAN.query}"
    assert page.link(course.display_line) == f"/kurs/{course.slug}"
    assert "beendet" in browser_.submit("Beenden: „italienisch“").text
    assert "beendet" in browser_.submit(f"Beenden: {course.title}").text
    assert (rows(SavedSearch), rows(SeatAlert)) == ([], [])


def test_what_belongs_to_others_cannot_be_ended(browser_: Browser) -> None:
    other = make_customer()
    search, alert = make_search(other), make_seat_alert(other, make_full_course())
    numbers = (search.id, alert.id)
    log_in(browser_, make_customer().email)
    for kind, number in zip(("suchabos", "plaetze"), numbers, strict=True):
        assert send(browser_, f"{OWN}/{kind}/{number}/ende").status == 404
    assert (len(rows(SavedSearch)), len(rows(SeatAlert))) == (1, 1)


def test_what_was_ordered_as_a_guest_of_the_same_mailbox_is_there(
    app: Flask, browser_: Browser
) -> None:
    order_as_guest(browser_, "Andrea@Example.org")
    customer = make_customer(email="andrea@example.org")
    inside = Browser(app.test_client())
    log_in(inside, customer.email)
    assert "„italienisch“" not in inside.open(OWN).text
    confirm(browser_)
    assert "„italienisch“" in inside.open(OWN).text
    inside.submit("Beenden")
    assert rows(SavedSearch) == []


def test_a_closed_account_takes_its_alerts_along_and_no_others(browser_: Browser) -> None:
    customer, other = make_customer(email="andrea@example.org"), make_customer()
    school = make_school_customer(make_school())
    course = make_full_course()
    for person in (customer, other):
        make_search(person)
        make_seat_alert(person, course)
    ordering.order(school, WantedSearch("q=schule", "schule"))
    for query in ("q=gast", "q=unbestaetigt"):
        order_as_guest(browser_, "andrea@example.org", f"/suchabo?{query}")
        if query == "q=gast":
            confirm(browser_)
    number, other_id, school_id = customer.id, other.id, school.id
    close_account(number, keep_years=8, by=customer)
    assert [row.customer_id for row in rows(SavedSearch)] == [other_id, school_id]
    assert [row.customer_id for row in rows(SeatAlert)] == [other_id]
    close_account(school_id, keep_years=8, by=rows(type(customer))[0])
    assert [row.customer_id for row in rows(SavedSearch)] == [other_id]


def test_the_archive_tells_of_both_kinds(browser_: Browser) -> None:
    customer = make_customer(email="andrea@example.org")
    make_search(customer)
    course = make_full_course()
    make_seat_alert(customer, course)
    order_as_guest(browser_, customer.email, "/suchabo?q=gast")
    confirm(browser_)
    searches, seats = (section.rows(customer.id) for section in SECTIONS)
    assert {search.query for search in searches} == {ITALIAN.query, "q=gast&anzeige=alle"}
    values = {column.key: column.value_of(seats[0]) for column in SECTIONS[1].columns}
    assert (values["number"], values["title"]) == (course.number, course.title)


def test_a_guests_search_ends_after_two_years_and_a_customers_stays(browser_: Browser) -> None:
    customer = make_customer()
    make_search(customer)
    order_as_guest(browser_)
    confirm(browser_)
    with clock.moved_by(days=729):
        delete_old_alerts()
    assert len(rows(SavedSearch)) == 2
    with clock.moved_by(days=731):
        delete_old_alerts()
    assert [search.customer_id for search in rows(SavedSearch)] == [customer.id]
