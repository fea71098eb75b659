"""Somebody without an account waits for courses, through a real mail server."""

import re

import pytest
from flask import Flask

from kmz import clock
from kmz.alerts.actions.telling import tell_of_new_courses
from tests.alerts.steps import (
    EMAIL,
    free_a_seat,
    look_for_seats,
    make_full_course,
    order_as_guest,
)
from tests.factories import make_course
from tests.journeys.conftest import Post, path_in
from tests.page import Browser

CONFIRM = "/benachrichtigung/bestaetigung/"


@pytest.mark.usefixtures("noon")
def test_a_guest_hears_of_new_courses_until_the_mail_program_ends_it(
    app: Flask, browser_: Browser, post: Post
) -> None:
    order_as_guest(browser_)
    asked = post.new_mail()
    assert asked.recipients == (EMAIL,)
    browser_.open(path_in(asked, CONFIRM))
    browser_.submit("Benachrichtigung bestätigen")
    make_course(title="Italienisch für die Reise")
    with clock.moved_by(minutes=11):
        tell_of_new_courses()
        news = post.new_mail()
    assert "Italienisch für die Reise" in news.text
    assert browser_.open(path_in(news, "/kurs/")).headings == ["Italienisch für die Reise"]
    assert news.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch("<http://localhost(/.+)>", news.message["List-Unsubscribe"])
    assert found is not None
    provider = app.test_client()
    assert provider.post(found[1], data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert browser_.open(found[1]).headings == ["Benachrichtigung beendet"]


def test_a_guest_gets_the_seat_that_somebody_left(browser_: Browser, post: Post) -> None:
    course = make_full_course(title="Töpfern", fee_cents=0)
    browser_.open(f"/platz-frei/{course.slug}")
    browser_.submit("Benachrichtigen", email=EMAIL)
    browser_.open(path_in(post.new_mail(), CONFIRM))
    browser_.submit("Benachrichtigung bestätigen")
    look_for_seats()
    assert post.new_mails() == []
    free_a_seat(course.id)
    look_for_seats()
    told = post.new_mail()
    assert told.recipients == (EMAIL,)
    page = browser_.open(path_in(told, "/kurs/"))
    assert "In den Warenkorb" in page.text
    look_for_seats()
    assert post.new_mails() == []
