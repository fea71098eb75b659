"""The button comes by itself when booking opens, by the server's clock."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from kmz import clock
from kmz.catalog.actions.version import mark_changed
from kmz.catalog.models import Course
from kmz.catalog.search import catalog_search
from kmz.db import transaction
from tests.browser.conftest import LiveServer
from tests.factories import make_course

pytestmark = pytest.mark.browser


@pytest.fixture
def opens_in(live: LiveServer) -> Iterator[Callable[..., None]]:
    """Publishes courses by their numbers, each with the time until it opens; other tests count the
    courses of this server, so these go again.
    """
    made: list[int] = []

    def publish(title: str, **opening: timedelta) -> None:
        with live.app.app_context():
            for number, left in opening.items():
                course = make_course(
                    number=number,
                    title=title,
                    booking_opens_at=clock.now() + left,
                )
                made.append(course.id)
            catalog_search().refresh()

    yield publish
    with live.app.app_context():
        with transaction() as session:
            for course_id in made:
                session.get_one(Course, course_id).published_at = None
            mark_changed(session, made)
        catalog_search().refresh()


def test_the_button_comes_when_it_opens_whatever_the_visitors_clock_says(
    page: Page, opens_in: Callable[..., None]
) -> None:
    opens_in("Geöffnet auf die Sekunde", **{"271-9001": timedelta(seconds=8)})
    page.add_init_script("Date.now = () => 0; performance.timeOrigin = 0;")
    page.goto("/kurs/271-9001")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"Öffnet in \d+ Sek\."))
    expect(page.get_by_role("button", name="In den Warenkorb")).to_have_count(0)
    expect(page.get_by_role("button", name="In den Warenkorb")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("timer")).to_have_count(0)


def test_a_list_counts_down_only_what_opens_within_a_day(
    page: Page, opens_in: Callable[..., None]
) -> None:
    near, far = timedelta(hours=3, minutes=1), timedelta(hours=70, minutes=1)
    opens_in("Zählwerk", **{"271-9002": near, "271-9003": far})
    page.goto("/kurse?q=Zählwerk")
    expect(page.get_by_role("timer")).to_have_count(1)
    expect(page.get_by_role("timer")).to_have_text(
        re.compile(r"Öffnet in 3 Std\. [01] Min\. \d+ Sek\.")
    )
