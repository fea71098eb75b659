"""Meine Anmeldungen (U28–U33): found by state and day, in few questions however many there are."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from kmz import clock
from kmz.booking.models import (
    Booking,
    BookingRequest,
    BookingStatus,
    Withdrawal,
    WithdrawalLine,
)
from kmz.booking.office.decisions import confirm_bookings
from kmz.catalog.models import Course
from kmz.db import db, transaction
from tests.booking.conftest import Buyer
from tests.factories import make_course, make_request, make_staff
from tests.statements import counted_statements

LIST = "/konto/anmeldungen"


def book(buyer: Buyer, *courses: Course) -> list[int]:
    """One request for all of these; the ids of its bookings."""
    request = make_request(buyer.customer, *courses)
    query = select(Booking.id).where(Booking.request_id == request.id).order_by(Booking.id)
    return list(db.session.scalars(query))


def firm(buyer: Buyer, title: str, *, starts_in: int, **fields: object) -> int:
    """A firm booking of a course of two weeks; `fields` change it afterwards."""
    course = make_course(title=title, starts_on=clock.today() + timedelta(days=starts_in))
    with transaction() as session:
        session.execute(update(Course).where(Course.id == course.id).values(late_entry=True))
    if starts_in < 0:  # nobody books what is over
        number = past(buyer, course)
    else:
        (number,) = book(buyer, course)
        confirm_bookings([number], by=make_staff())
    with transaction() as session:
        session.execute(
            update(Booking).where(Booking.id == number).values(**fields or {"sequence": 1})
        )
    return number


def past(buyer: Buyer, course: Course, count: int = 1) -> int:
    """Firm bookings of a course, as they would stand there afterwards; the id of the last."""
    now = clock.now()
    with transaction() as session:
        last = session.scalar(select(BookingRequest.id).order_by(BookingRequest.id.desc())) or 0
        request = BookingRequest(
            reference=f"V{last}",
            draft_key=f"past{last}",
            customer_id=buyer.customer.id,
            total_cents=0,
            contract_partner={"first_name": "Andrea", "last_name": "Beispiel"},
            accepted_texts={"terms": "agb-1"},
            created_at=now,
        )
        session.add(request)
        session.flush()
        row = {
            "request_id": request.id,
            "customer_id": buyer.customer.id,
            "course_id": course.id,
            "participant_first_name": "Andrea",
            "participant_last_name": "Beispiel",
            "status": BookingStatus.CONFIRMED,
            "fee_cents": 0,
            "agreed": {"number": course.number, "title": course.title},
            "requested_at": now,
            "confirmed_at": now,
        }
        rows = [{**row, "participant_key": f"{course.id}:{number}"} for number in range(count)]
        session.execute(insert(Booking), rows)
        return session.scalars(select(Booking.id).order_by(Booking.id.desc())).first() or 0


@pytest.fixture
def various(buyer: Buyer) -> Buyer:
    now = {"confirmed_at": clock.now()}
    firm(buyer, "Bald", starts_in=10)
    firm(buyer, "Jetzt", starts_in=-3)
    firm(buyer, "Vorbei", starts_in=-60)
    for title, status in (
        ("Storniert", BookingStatus.CANCELLED_BY_CUSTOMER),
        ("Widerrufen", BookingStatus.WITHDRAWN),
        ("Umgebucht", BookingStatus.REBOOKED),
        ("Abgesagt", BookingStatus.CANCELLED_BY_PROVIDER),
    ):
        firm(buyer, title, starts_in=20, status=status, **now)
    firm(buyer, "Abgelehnt", starts_in=20, status=BookingStatus.REJECTED, confirmed_at=None)
    book(buyer, make_course(title="Offen A"), make_course(title="Offen B"))
    return buyer


TITLES = (
    *("Bald", "Jetzt", "Vorbei", "Storniert", "Widerrufen", "Umgebucht", "Abgesagt", "Abgelehnt"),
)


def shown(buyer: Buyer, address: str) -> set[str]:
    lines = [text for text, _ in buyer.browser.open(address).links]
    return {title for title in TITLES if any(f"- {title} (" in line for line in lines)}


@pytest.mark.parametrize(
    ("status", "titles"),
    [
        ("", set(TITLES) - {"Abgelehnt"}),
        ("bevorstehend", {"Bald"}),
        ("laufend", {"Jetzt"}),
        ("abgeschlossen", {"Vorbei"}),
        ("storniert", {"Storniert"}),
        ("widerrufen", {"Widerrufen"}),
        ("umgebucht", {"Umgebucht"}),
        ("abgesagt", {"Abgesagt"}),
        ("abgelehnt", {"Abgelehnt"}),
        ("verfallen", set()),
        ("gibt-es-nicht", set(TITLES) - {"Abgelehnt"}),
    ],
)
def test_the_list_shows_what_is_in_the_wanted_state(
    various: Buyer, status: str, titles: set[str]
) -> None:
    assert shown(various, f"{LIST}?status={status}") == titles


def test_what_waits_stands_above_by_request_with_its_way(various: Buyer) -> None:
    page = various.browser.open(LIST)
    assert page.text.count("Wir prüfen Ihre Anmeldung") == 1
    assert page.text.index("Offen A") < page.text.index("Offen B") < page.text.index("Filter")


def test_the_day_of_the_booking_is_what_the_filter_means(various: Buyer) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    assert shown(various, f"{LIST}?ab={clock.today():%d.%m.%Y}") == set(TITLES) - {"Abgelehnt"}
    assert shown(various, f"{LIST}?ab={tomorrow:%d.%m.%Y}") == set()
    for nonsense in ("gestern", "01.01.0001", "31.12.9999"):
        refused = various.browser.open(f"{LIST}?ab={nonsense}")
        assert (refused.status, "TT.MM.JJJJ" in refused.text) == (422, True)


def test_five_hundred_bookings_are_paged_in_six_questions(buyer: Buyer) -> None:
    past(buyer, make_course(), count=500)
    buyer.browser.open(LIST)
    with counted_statements() as seen:
        page = buyer.browser.open(f"{LIST}?status=bevorstehend")
    assert len(seen) <= 6, seen
    assert "500 Anmeldungen" in page.text
    assert sum("/konto/anmeldungen/" in address for _, address in page.links) == 50
    last = buyer.browser.open(f"{LIST}?status=bevorstehend&seite=10")
    assert sum("/konto/anmeldungen/" in address for _, address in last.links) == 50


def test_a_booking_shows_what_was_agreed_and_what_was_booked_with_it(buyer: Buyer) -> None:
    first, second = make_course(title="Eins"), make_course(title="Zwei")
    number, _ = book(buyer, first, second)
    with transaction() as session:
        row = session.get_one(Course, first.id)
        row.title, row.fee_cents, row.version = "Ganz anders", 1, row.version + 1
    page = buyer.browser.open(f"{LIST}/{number}")
    for said in ("Ganz anders", "Eins", "98,00 €", "seitdem bearbeitet", "Zwei"):
        assert said in page.text, said
    assert "<details open>" in page.html
    assert "drucken" not in page.text


def test_what_was_agreed_is_folded_away_where_it_still_stands(buyer: Buyer) -> None:
    course = make_course(title="Eins")
    (number,) = book(buyer, course)
    with transaction() as session:
        session.get_one(Course, course.id).version += 1  # a text was edited
    page = buyer.browser.open(f"{LIST}/{number}")
    assert "Was vereinbart wurde" in page.text
    assert "seitdem bearbeitet" not in page.text
    assert not re.search(r"<details[^>]* open", page.html)


@pytest.mark.parametrize(
    ("paper", "said"),
    [("bestaetigung", "Anmeldebestätigung"), ("beleg", "keine Rechnung")],
)
def test_papers_of_a_firm_booking_can_be_printed(buyer: Buyer, paper: str, said: str) -> None:
    course = make_course(title="Eins")
    (number,) = book(buyer, course)
    assert buyer.browser.open(f"{LIST}/{number}/{paper}").status == 404
    confirm_bookings([number], by=make_staff())
    page = buyer.browser.open(f"{LIST}/{number}/{paper}")
    due = clock.today() + timedelta(days=14)
    for words in (said, "Eins", "98,00 €", "DE89 ••••", f"{due:%d.%m.%Y}", "Hafenweg 7"):
        assert words in page.text, words


def test_papers_of_others_are_not_found(buyer: Buyer, stranger: Buyer) -> None:
    number = firm(stranger, "Fremd", starts_in=10)
    for paper in ("", "/bestaetigung", "/beleg"):
        assert buyer.browser.open(f"{LIST}/{number}{paper}").status == 404


def test_a_wrong_day_is_said_in_what_htmx_swaps(buyer: Buyer) -> None:
    firm(buyer, "Keramik", starts_in=5)
    headers = {"HX-Request": "true", "HX-Target": "div#bookings"}
    answer = buyer.browser.client.get(f"{LIST}?ab=31.02.2026", headers=headers)
    assert answer.status_code == 422
    said = re.search(r"<p[^>]* data-announce>([^<]+)</p>", answer.text)
    assert said is not None
    assert "TT.MM.JJJJ" in said[1]
    assert "<h1>" not in answer.text


def test_the_day_that_is_filled_in_hides_nothing(buyer: Buyer) -> None:
    """Somebody's first request was rejected, years before the first that became firm."""
    old = firm(buyer, "Abgelehnt", starts_in=5, status="rejected", confirmed_at=None)
    firm(buyer, "Keramik", starts_in=5)
    with transaction() as session:
        session.get_one(Booking, old).requested_at = clock.now() - timedelta(days=900)
    page = buyer.browser.open(LIST)
    day = dict(page.form(action=LIST).fields)["ab"]
    assert day == f"{clock.today() - timedelta(days=900):%d.%m.%Y}"
    assert "Abgelehnt" in buyer.browser.open(f"{LIST}?status=abgelehnt&ab={day}").text


def test_a_widerruf_that_waits_is_said_on_the_page(buyer: Buyer) -> None:
    number = firm(buyer, "Keramik", starts_in=5)
    with transaction() as session:
        session.add(
            Withdrawal(
                reference="W-1",
                key="x" * 64,
                declared_at=clock.now(),
                name="Andrea",
                contract="Keramik",
                email="andrea@example.org",
                remark="",
                is_withheld=False,
                lines=[WithdrawalLine(booking_id=number)],
            )
        )
    assert "Ihr Widerruf vom" in buyer.browser.open(f"{LIST}/{number}").text
    with transaction() as session:
        session.scalars(select(Withdrawal)).one().settled_at = clock.now()
    assert "Ihr Widerruf vom" not in buyer.browser.open(f"{LIST}/{number}").text
