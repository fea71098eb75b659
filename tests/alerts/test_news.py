"""Mails about new courses: what is new, once a day, by day, and never twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask

from kmz import clock
from kmz.alerts import mails as alert_mails
from kmz.alerts.actions.telling import tell_of_new_courses
from kmz.alerts.models import SavedSearch
from kmz.alerts.wanted import WantedSearch
from kmz.catalog.actions.version import mark_changed
from kmz.catalog.models import Course
from kmz.db import db, transaction
from tests.alerts.steps import (
    EMAIL,
    ITALIAN,
    confirm,
    link_in,
    look_for_news,
    mails,
    make_search,
    order_as_guest,
    rows,
)
from tests.factories import area, make_course, make_customer
from tests.page import Browser

pytestmark = pytest.mark.usefixtures("noon", "app")


def test_a_new_course_is_mailed_with_all_that_matters(app: Flask) -> None:
    make_course(title="Italienisch von früher")
    with clock.moved_by(minutes=1):
        customer = make_customer(last_name="Wiesenthal")
        make_search(customer)
    with clock.moved_by(minutes=2):
        new = make_course(title="Italienisch für die Reise", fee_cents=9800)
        make_course(title="Töpfern")
        look_for_news()
    (mail,) = mails("M26")
    assert mail.recipient == customer.email
    assert mail.subject == "Neue Kurse zu Ihrer Suche: „italienisch“"
    for body in (mail.text, mail.html):
        assert "Italienisch für die Reise" in body
        assert new.number in body
        assert f"{new.starts_on:%d.%m.%Y}" in body
        assert "98,00\N{NO-BREAK SPACE}€" in body
        assert f"http://localhost/kurs/{new.slug}" in body
        assert "Italienisch von früher" not in body
        assert "Töpfern" not in body
        assert customer.last_name not in body
    assert mail.unsubscribe_url == f"http://localhost{link_in(mail, '/benachrichtigung/ende/')}"
    assert app


def test_a_guest_who_confirmed_is_mailed_and_told_until_when(browser_: Browser) -> None:
    order_as_guest(browser_)
    confirm(browser_)
    make_course(title="Italienisch")
    look_for_news()
    (mail,) = mails("M26")
    assert mail.recipient == EMAIL
    assert f"bis {clock.today() + timedelta(days=730):%d.%m.%Y}" in mail.text


def test_there_is_one_mail_a_day_and_the_rest_comes_tomorrow() -> None:
    make_search(make_customer())
    make_course(title="Italienisch am Morgen")
    look_for_news()
    with clock.moved_by(hours=1):
        make_course(title="Italienisch am Abend")
        look_for_news()
        assert len(mails("M26")) == 1
    with clock.moved_by(hours=23):
        look_for_news()
        look_for_news()
    first, second = mails("M26")
    assert "am Morgen" in first.text
    assert "am Abend" in second.text
    assert "am Morgen" not in second.text


def test_nobody_is_woken_at_night() -> None:
    make_search(make_customer())
    make_course(title="Italienisch")
    with clock.moved_by(hours=11):  # 23 o'clock
        look_for_news()
        assert mails("M26") == []
    with clock.moved_by(hours=20):
        look_for_news()
    assert len(mails("M26")) == 1
    hours = [
        hour for hour in range(24) if clock.is_daytime(clock.berlin_moment(clock.today(), hour))
    ]
    assert hours == list(range(7, 21))


def test_what_is_not_bookable_yet_is_news_too() -> None:
    """A course is announced before its booking opens; later it would be old."""
    make_search(make_customer())
    make_course(title="Italienisch", booking_opens_at=clock.now() + timedelta(days=9))
    look_for_news()
    assert len(mails("M26")) == 1


@pytest.mark.parametrize("state", ["draft", "cancelled", "over"])
def test_what_cannot_be_booked_ever_is_no_news(state: str) -> None:
    make_search(make_customer())
    now = clock.now()
    fields = {
        "draft": {"published_at": None},
        "cancelled": {"cancelled_at": now},
        "over": {"starts_on": clock.today() - timedelta(days=30), "sessions": 1},
    }
    make_course(title="Italienisch", **fields[state])
    look_for_news()
    assert mails("M26") == []


def test_a_course_that_is_published_later_is_news_then() -> None:
    make_search(make_customer())
    course_id = make_course(title="Italienisch", published_at=None).id
    look_for_news()
    with clock.moved_by(hours=3), transaction() as session:
        session.get_one(Course, course_id).published_at = clock.now()
        mark_changed(session, [course_id])
    with clock.moved_by(hours=3):
        look_for_news()
    assert len(mails("M26")) == 1


def test_what_settles_late_is_not_passed_over() -> None:
    """A course is looked at when its transaction is certain to be over, not before."""
    make_search(make_customer())
    make_course(title="Italienisch")
    tell_of_new_courses()
    assert mails("M26") == []
    look_for_news()
    assert len(mails("M26")) == 1


def test_many_new_courses_are_one_mail_that_lists_twenty() -> None:
    make_search(make_customer())
    for number in range(alert_mails.MAX_LISTED + 3):
        make_course(title=f"Italienisch Stufe {number}")
    look_for_news()
    (mail,) = mails("M26")
    assert "gibt es 23 neue Kurse" in mail.text
    assert mail.text.count("http://localhost/kurs/") == alert_mails.MAX_LISTED
    assert "Und 3 weitere." in mail.text
    assert link_in(mail, "/kurse?") == f"/kurse?{ITALIAN.query}"


def test_a_new_address_of_the_account_gets_the_mails_at_once() -> None:
    customer = make_customer()
    make_search(customer)
    with transaction() as session:
        session.merge(customer).email = "neu@example.org"
    make_course(title="Italienisch")
    look_for_news()
    assert [mail.recipient for mail in mails("M26")] == ["neu@example.org"]


@pytest.mark.parametrize("change", [{"email": ""}, {"disabled_at": True}])
def test_who_cannot_be_written_to_gets_no_mail(change: dict[str, object]) -> None:
    customer = make_customer()
    make_search(customer)
    with transaction() as session:
        row = session.merge(customer)
        row.email = str(change.get("email", row.email))
        row.disabled_at = clock.now() if "disabled_at" in change else None
    make_course(title="Italienisch")
    look_for_news()
    assert mails("M26") == []


def test_a_filter_nobody_fits_any_more_finds_nothing_instead_of_everything() -> None:
    """A list ignores what it does not know, and offers what sounds similar; a mail must not."""
    person = make_customer()
    for query in ("kursleitung=99", "q=Ukulele", "plz=00000&umkreis=20", "tag=mo"):
        make_search(person, WantedSearch(f"{query}&anzeige=alle", query))
    make_course(title="Italienisch", sessions=0)
    look_for_news()
    assert mails("M26") == []


def test_one_of_several_values_is_enough() -> None:
    known = area("4").slug
    wanted = WantedSearch(f"bereich={known}&bereich=verschwunden&anzeige=alle", "Sprachen")
    make_search(make_customer(), wanted)
    make_course(title="Italienisch", area_code="4")
    look_for_news()
    assert len(mails("M26")) == 1


def test_several_workers_at_once_send_one_mail_each(app: Flask) -> None:
    for _ in range(5):
        make_search(make_customer(), ITALIAN)
    make_course(title="Italienisch")
    start = Barrier(4)

    def work(_number: int) -> None:
        with app.app_context():
            start.wait()
            tell_of_new_courses()

    with clock.moved_by(minutes=11), ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    sent = Counter(mail.recipient for mail in mails("M26"))
    assert (len(sent), set(sent.values())) == (5, {1})


def test_without_anything_new_the_search_is_not_even_asked(app: Flask) -> None:
    """A worker that has nothing to tell builds no index."""
    make_search(make_customer())
    look_for_news()
    assert app.extensions["kmz_search"]._present is None
    assert db.session.get_one(SavedSearch, rows(SavedSearch)[0].id).mailed_at is None
