"""The page of a course that opens soon says when, to the second, and by whose clock."""

from datetime import timedelta

from flask.testing import FlaskClient

from kmz import clock
from kmz.catalog.search import catalog_search
from kmz.db import transaction
from tests.factories import make_course
from tests.page import Browser


def test_the_clock_is_the_servers_and_nobody_keeps_it(client: FlaskClient) -> None:
    with clock.moved_by(days=3):
        answer = client.get("/uhr")
        assert abs(float(answer.get_data(as_text=True)) - clock.now().timestamp()) < 5
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_before_it_opens_page_and_list_carry_the_moment_and_no_button(browser_: Browser) -> None:
    opens = (clock.now() + timedelta(hours=2)).replace(microsecond=0)
    course = make_course(title="Italienisch", booking_opens_at=opens)
    catalog_search().refresh()
    mark = f'data-countdown="{int(opens.timestamp())}"'
    page = browser_.open(f"/kurs/{course.slug}")
    assert mark in page.html
    assert "Bitte laden Sie die Seite dann neu" in page.text
    assert "In den Warenkorb" not in page.text
    assert mark in browser_.open("/kurse?q=Italienisch").html
    with clock.moved_by(hours=2), transaction():
        pass  # whatever this process writes shows at once; else a page may be a second old
    with clock.moved_by(hours=2):
        page = browser_.open(f"/kurs/{course.slug}")
        assert "data-countdown" not in page.html
        assert "In den Warenkorb" in page.text
