"""The line before the doors: nobody passes anybody, and never more inside than there is room."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kmz import clock
from kmz.booking.models import QueueTicket
from kmz.booking.queue.actions import (
    Admitted,
    QueueTerms,
    Waiting,
    delete_old_tickets,
    find_turn,
    leave,
    take_turn,
)
from kmz.booking.queue.gate import estimate, poll_seconds
from kmz.db import db
from tests.booking.conftest import Buyer
from tests.factories import make_course
from tests.page import Browser
from tests.steps import send

TWO = QueueTerms(slots=2, minutes=10)
PAGE = "/warteschlange"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"KMZ_QUEUE_SLOTS": "2", "KMZ_QUEUE_MINUTES": "10"}


def come(count: int = 1, terms: QueueTerms = TWO) -> list[Admitted | Waiting]:
    return [take_turn("", terms) for _ in range(count)]


def places(turns: list[Admitted | Waiting]) -> list[int]:
    """The place of each now; 0 for who is inside, -1 for whose ticket does not count any more."""
    db.session.rollback()
    now = [find_turn(turn.token, TWO) for turn in turns]
    return [turn.place if isinstance(turn, Waiting) else 0 if turn else -1 for turn in now]


def tickets() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(QueueTicket)) or 0


def test_without_a_limit_there_is_no_line_and_no_ticket(app: Flask) -> None:
    assert come(5, QueueTerms(slots=0, minutes=10)) == [Admitted()] * 5
    assert tickets() == 0


def test_who_comes_first_goes_in_and_the_others_keep_their_order(app: Flask) -> None:
    turns = come(5)
    assert places(turns) == [0, 0, 1, 2, 3]
    assert [isinstance(turn, Admitted) for turn in turns] == [True, True, False, False, False]


def test_who_is_done_makes_room_for_the_next_one_only(app: Flask) -> None:
    turns = come(5)
    leave(turns[0].token)
    # The third does not pass the first in the line by asking earlier.
    assert places(turns[::-1]) == [3, 2, 0, 0, -1]
    assert places(turns) == [-1, 0, 0, 1, 2]


def test_a_click_again_draws_no_second_ticket(app: Flask) -> None:
    *_, last = come(4)
    assert take_turn(last.token, TWO) == Waiting(last.token, 2)
    inside = take_turn("", QueueTerms(slots=9, minutes=10))
    assert take_turn(inside.token, TWO) == Admitted(inside.token)
    assert tickets() == 5


def test_who_came_in_stays_for_the_minutes_and_then_makes_room(app: Flask) -> None:
    turns = come(3)
    for minutes, expected in ((9, [0, 0, 1]), (10, [-1, -1, 0])):
        for half in range(2 * minutes):
            with clock.moved_by(seconds=30 * half + 29):
                places(turns[2:])  # still there
        with clock.moved_by(minutes=minutes + 0.01):
            assert places(turns) == expected


def test_who_is_not_seen_for_a_minute_gives_the_place_up(app: Flask) -> None:
    turns = come(4)
    with clock.moved_by(seconds=50):
        assert places([turns[3]]) == [2]
    with clock.moved_by(seconds=70):
        assert places([turns[3], turns[2]]) == [1, -1]
        assert take_turn(turns[2].token, TWO).token != turns[2].token


@pytest.mark.parametrize("token", ["x", "' OR 1=1 --", "ä" * 100])
def test_a_token_that_was_never_given_is_worth_nothing(app: Flask, token: str) -> None:
    come(2)
    assert find_turn(token, TWO) is None
    drawn = take_turn(token, TWO)
    assert isinstance(drawn, Waiting)
    assert drawn.token != token


def test_many_at_once_never_exceed_the_room_and_have_places_of_their_own(app: Flask) -> None:
    clicks, terms = 40, QueueTerms(slots=7, minutes=10)
    start = Barrier(8)

    def press(_number: int) -> list[Admitted | Waiting]:
        with app.app_context():
            start.wait()
            return come(clicks // 8, terms)

    db.session.rollback()
    with ThreadPoolExecutor(8) as pool:
        turns = [turn for found in pool.map(press, range(8)) for turn in found]
    waiting = sorted(turn.place for turn in turns if isinstance(turn, Waiting))
    assert len(turns) - len(waiting) == 7
    assert waiting == list(range(1, clicks - 7 + 1))


def test_tickets_are_kept_as_digests_and_not_for_long(app: Flask) -> None:
    (turn,) = come()
    stored = db.session.scalars(select(QueueTicket.token_hash)).one()
    assert turn.token not in stored
    delete_old_tickets()
    assert tickets() == 1
    with clock.moved_by(hours=25):
        delete_old_tickets()
    assert tickets() == 0


def stand(browser: Browser) -> Waiting:
    """Two are inside already; this browser holds the ticket behind them."""
    *_, turn = come(3)
    assert isinstance(turn, Waiting)
    browser.client.set_cookie("kmz_queue", turn.token)
    return turn


def test_the_page_shows_the_place_and_asks_again_without_javascript(browser_: Browser) -> None:
    stand(browser_)
    page = browser_.open(f"{PAGE}?kurs=271-1")
    assert page.status == 200
    assert "Ihr Platz in der Warteschlange: 1" in page.text
    assert "höchstens etwa 10 Minuten" in page.text
    assert '<meta http-equiv="refresh" content="5">' in page.html
    assert 'hx-trigger="every 5s"' in page.html


def test_htmx_asks_for_the_place_alone(browser_: Browser) -> None:
    stand(browser_)
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#queue"}
    answer = browser_.client.get(PAGE, headers=headers).get_data(as_text=True)
    assert "<h1" not in answer
    assert "Ihr Platz" in answer


def test_whose_turn_it_is_goes_on_with_the_course_that_was_chosen(browser_: Browser) -> None:
    first, _, turn = come(3)
    browser_.client.set_cookie("kmz_queue", turn.token)
    leave(first.token)
    page = browser_.open(f"{PAGE}?kurs=271-1")
    assert "Sie sind an der Reihe" in page.text
    assert "data-submit-at-once" in page.html
    assert 'name="kurs" value="271-1"' in page.html
    assert "http-equiv" not in page.html


def test_a_stranger_and_who_was_away_too_long_may_stand_in_line_anew(
    browser_: Browser, client: FlaskClient
) -> None:
    assert "keinen Platz" in client.get(PAGE).get_data(as_text=True)
    assert tickets() == 0
    stand(browser_)
    with clock.moved_by(seconds=61):
        assert "Noch einmal anstellen" in browser_.open(PAGE).text


def test_somebody_leaves_the_line_with_a_click(browser_: Browser) -> None:
    stand(browser_)
    browser_.open(PAGE)
    browser_.submit("Warteschlange verlassen")
    assert tickets() == 2
    assert browser_.client.get_cookie("kmz_queue") is None
    assert send(browser_, "/warteschlange/ende").status == 200


def test_the_far_end_of_the_line_asks_less_often(app: Flask) -> None:
    assert [poll_seconds(place) for place in (1, 99, 300, 5000)] == [5, 5, 8, 15]
    assert [estimate(place) for place in (1, 4, 19)] == [
        "höchstens etwa 10 Minuten",
        "höchstens etwa 20 Minuten",
        "mehr als eineinhalb Stunden",
    ]


def test_the_way_from_the_line_into_the_form(app: Flask, buyer: Buyer, stranger: Buyer) -> None:
    course = make_course(fee_cents=0)
    come()  # one of the two is inside already
    buyer.fill_in(course)
    stranger.start(course)
    assert stranger.browser.page.path.startswith(PAGE)
    assert "Ihr Platz in der Warteschlange: 1" in stranger.browser.page.text
    buyer.press()
    page = stranger.browser.open(f"{PAGE}?kurs={course.slug}")
    assert "Sie sind an der Reihe" in page.text
    page = stranger.browser.submit("Weiter zum Anmeldeformular")
    assert "/formular" in page.path
    assert course.title in page.text


def test_who_comes_before_the_opening_gets_no_place(buyer: Buyer) -> None:
    course = make_course(booking_opens_at=clock.now() + timedelta(minutes=1))
    buyer.browser.open("/kurse")
    page = buyer.send("/buchen", kurs=course.slug)
    assert (page.status, tickets()) == (422, 0)
    assert "Anmeldung ab" in page.text
