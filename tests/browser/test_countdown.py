"""The button comes by itself when booking opens, by the server's clock."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from kmz import clock

pytestmark = pytest.mark.browser


def test_the_button_comes_when_it_opens_whatever_the_visitors_clock_says(
    page: Page, publish: Callable[..., int]
) -> None:
    opens_at = clock.now() + timedelta(seconds=8)
    publish(number="271-9001", title="Geöffnet auf die Sekunde", booking_opens_at=opens_at)
    page.add_init_script("Date.now = () => 0; performance.timeOrigin = 0;")
    page.goto("/kurs/271-9001")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"Öffnet in \d+ Sek\."))
    expect(page.get_by_role("button", name="In den Warenkorb")).to_have_count(0)
    expect(page.get_by_role("button", name="In den Warenkorb")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("timer")).to_have_count(0)


def test_a_list_counts_down_only_what_opens_within_a_day(
    page: Page, publish: Callable[..., int]
) -> None:
    for hours in (3, 70):
        opens_at = clock.now() + timedelta(hours=hours, minutes=1)
        publish(title="Zählwerk", booking_opens_at=opens_at)
    page.goto("/kurse?q=Zählwerk")
    expect(page.get_by_role("timer")).to_have_count(1)
    expect(page.get_by_role("timer")).to_have_text(
        re.compile(r"Öffnet in 3 Std\. [01] Min\. \d+ Sek\.")
    )
