"""Suche abonnieren: customers at once, guests with double opt-in; nobody learns who is known."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from kmz import clock
from kmz.alerts.actions import ordering
from kmz.alerts.actions.forgetting import delete_old_alerts
from kmz.alerts.models import SavedSearch
from kmz.alerts.rules import MAX_MAILS, MAX_SEARCHES
from kmz.alerts.wanted import WantedSearch
from kmz.audit.models import AuditEntry
from kmz.crypto import token_digest
from kmz.mail.models import OutgoingMail
from tests.alerts.steps import (
    EMAIL,
    ITALIAN,
    SEARCH,
    confirm,
    confirmation_link,
    look_for_news,
    mails,
    make_search,
    order_as_guest,
    refresh,
    rows,
)
from tests.factories import area, make_course, make_customer, make_school, make_school_customer
from tests.page import Browser
from tests.steps import log_in, log_in_by_school, send


def test_the_page_says_in_words_what_is_searched_for(browser_: Browser) -> None:
    make_course(area_code="4")
    refresh()
    page = browser_.open(
        f"/suchabo?q=Abend&bereich={area('4').slug}&tag=di&tag=mo&von=2027-02-01&seite=3"
    )
    assert page.status == 200
    said = f"Gesucht wird: „Abend“ · {area('4').name} · Montag · Dienstag · ab 01.02.2027"
    assert said in page.text
    assert "Datenschutzhinweise" in page.text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "seite=2",
        "unsinn=1",
        "bereich=gibt-es-nicht",
        "q=",
        "q=%00",
        "anzeige=alle",
        "kursleitung=99",
        "plz=00000",
        "a=1&" * 300,
    ],
)
def test_a_search_for_nothing_cannot_be_ordered(browser_: Browser, query: str) -> None:
    page = browser_.open(f"/suchabo?{query}")
    assert page.status == 422
    assert "das ganze Programm" in page.text
    assert send(browser_, "/suchabo", suche=query, email=EMAIL).status == 422
    assert rows(SavedSearch) == []


def test_what_was_typed_is_kept_when_the_address_is_wrong(browser_: Browser) -> None:
    page = order_as_guest(browser_, "kein-postfach")
    assert page.status == 422
    assert "kein-postfach" in page.html
    assert "„italienisch“" in page.text
    assert browser_.submit("Suche abonnieren", email=EMAIL).headings == ["Fast geschafft"]


def test_a_guest_is_asked_to_confirm_and_confirms_by_a_button(browser_: Browser) -> None:
    assert order_as_guest(browser_).headings == ["Fast geschafft"]
    (mail,) = mails("M25")
    assert mail.recipient == EMAIL
    link = confirmation_link()
    assert "„italienisch“" in browser_.open(link).text
    assert rows(SavedSearch)[0].confirmed_at is None
    assert browser_.submit("Benachrichtigung bestätigen").headings == ["Benachrichtigung bestätigt"]
    (search,) = rows(SavedSearch)
    assert search.confirmed_at is not None
    assert (search.query, search.email, search.customer_id) == (ITALIAN.query, EMAIL, None)
    assert browser_.open(link).status == 410


def test_the_proof_of_the_double_opt_in_is_kept_without_the_token(browser_: Browser) -> None:
    """L32: address, wording, when, and fingerprints of where from."""
    order_as_guest(browser_)
    token = confirmation_link().rpartition("/")[2]
    confirm(browser_)
    (search,) = rows(SavedSearch)
    assert search.confirm_token_hash == token_digest(token)
    assert search.text_version == ordering.TEXT_VERSION
    assert len(search.asked_from) == len(search.confirmed_from) == 64
    assert "127.0.0.1" not in search.asked_from
    actions = [(entry.actor, entry.action) for entry in rows(AuditEntry)]
    assert actions == [("visitor", "saved_search.confirmed")]


def test_the_mail_to_a_stranger_repeats_nothing_that_was_typed(browser_: Browser) -> None:
    """REG-11: nobody makes us write to other people for them."""
    order_as_guest(browser_, address="/suchabo?q=Gewinn+auf+http%3A%2F%2Fboese.example")
    (mail,) = mails("M25")
    assert "boese" not in mail.subject + mail.text + mail.html


def test_a_customer_types_nothing_and_is_told_at_once(browser_: Browser) -> None:
    customer = make_customer()
    log_in(browser_, customer.email)
    page = browser_.open(SEARCH)
    assert customer.email in page.text
    assert "email" not in page.form(action="/suchabo").names
    page = browser_.submit("Suche abonnieren")
    assert page.path == "/konto/benachrichtigungen"
    assert "„italienisch“" in page.text
    (search,) = rows(SavedSearch)
    assert (search.customer_id, search.email, search.email_key) == (customer.id, "", None)
    assert search.confirmed_at is not None
    assert mails("M25") == []


def test_ordering_the_same_twice_gives_one(browser_: Browser) -> None:
    customer = make_customer()
    log_in(browser_, customer.email)
    for query in (
        "q=italienisch",
        "seite=4&q=italienisch&sortierung=titel",
        "x=1&q=+italienisch+&anzeige=beendet",
    ):
        browser_.open(f"/suchabo?{query}")
        browser_.submit("Suche abonnieren")
    assert len(rows(SavedSearch)) == 1


def test_who_uses_the_login_of_a_school_types_an_own_address(browser_: Browser) -> None:
    make_school_customer(make_school(), username="", shared=True)
    log_in_by_school(browser_, "04711")
    assert order_as_guest(browser_).headings == ["Fast geschafft"]
    assert rows(SavedSearch)[0].customer_id is None


def test_known_and_unknown_addresses_get_the_same_answer_and_mail(
    app: Flask, browser_: Browser
) -> None:
    known = make_customer()
    make_search(known)
    other = Browser(app.test_client())
    answers = [order_as_guest(browser_, known.email), order_as_guest(other, "neu@example.org")]
    assert len({(page.status, page.path, page.text) for page in answers}) == 1
    first, second = mails("M25")
    assert (first.recipient, second.recipient) == (known.email, "neu@example.org")
    assert first.subject == second.subject


def test_an_address_gets_five_links_a_day_and_no_more(browser_: Browser) -> None:
    for number in range(8):
        page = order_as_guest(browser_, address=f"/suchabo?q=kurs{number}")
        assert page.headings == ["Fast geschafft"]
    assert len(mails("M25")) == MAX_MAILS
    with clock.moved_by(hours=25):
        order_as_guest(browser_)
    assert len(mails("M25")) == MAX_MAILS + 1


def test_eight_orders_at_once_are_five_mails(app: Flask) -> None:
    wanted = [WantedSearch(f"q=kurs{number}", "x") for number in range(8)]

    def ask(search: WantedSearch) -> None:
        with app.app_context():
            ordering.ask(ordering.Guest(EMAIL, ""), search)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, wanted))
    assert len(mails("M25")) == MAX_MAILS


def test_eight_clicks_on_one_link_confirm_once(app: Flask) -> None:
    ordering.ask(ordering.Guest(EMAIL, ""), WantedSearch("q=a", "a"))
    token = confirmation_link().rpartition("/")[2]

    def click(_number: int) -> bool:
        with app.app_context():
            return ordering.confirm(token, confirmed_from="")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(click, range(8))).count(True) == 1
    assert len(rows(SavedSearch)) == 1


def test_a_customer_has_twenty_searches_and_reads_why_not_more(browser_: Browser) -> None:
    customer = make_customer()
    for number in range(MAX_SEARCHES):
        make_search(customer, WantedSearch(f"q=kurs{number}", f"kurs{number}"))
    log_in(browser_, customer.email)
    browser_.open(SEARCH)
    page = browser_.submit("Suche abonnieren")
    assert page.status == 422
    assert "Mehr als 20 Suchabos" in page.text
    assert len(rows(SavedSearch)) == MAX_SEARCHES


def test_a_guest_at_the_limit_is_told_behind_the_link_only(browser_: Browser) -> None:
    """Whoever only knows the address learns nothing."""
    customer = make_customer(email=EMAIL)
    for number in range(MAX_SEARCHES):
        make_search(customer, WantedSearch(f"q=kurs{number}", f"kurs{number}"))
    assert order_as_guest(browser_).headings == ["Fast geschafft"]
    page = confirm(browser_)
    assert page.status == 422
    assert "Mehr als 20 Suchabos" in page.text
    assert [row for row in rows(SavedSearch) if row.confirmed_at is None] != []


def test_confirming_what_is_active_already_keeps_one(browser_: Browser) -> None:
    order_as_guest(browser_)
    confirm(browser_)
    order_as_guest(browser_)
    assert confirm(browser_).headings == ["Benachrichtigung bestätigt"]
    assert len(rows(SavedSearch)) == 1


def test_what_nobody_confirms_is_gone_after_48_hours(browser_: Browser) -> None:
    order_as_guest(browser_)
    link = confirmation_link()
    with clock.moved_by(hours=47):
        delete_old_alerts()
        assert browser_.open(link).status == 200
    with clock.moved_by(hours=48):
        assert browser_.open(link).status == 410
        delete_old_alerts()
    assert rows(SavedSearch) == []


@pytest.mark.usefixtures("noon")
def test_nothing_is_sent_to_who_did_not_confirm(browser_: Browser) -> None:
    order_as_guest(browser_)
    make_course(title="Italienisch für die Reise")
    look_for_news()
    assert {mail.kind for mail in rows(OutgoingMail)} == {"M25"}
