"""The office's widest list on its usual screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from kmz.booking.models import Booking
from kmz.catalog.models import Course
from kmz.db import db, transaction
from tests.browser.conftest import LiveServer, log_in_staff
from tests.factories import make_bank_account, make_customer, make_request

pytestmark = pytest.mark.browser

OVER = """() => {
  const box = document.querySelector(".table-scroll");
  return box.scrollWidth - box.clientWidth;
}"""
# Words that stand on two lines; at their own hyphens they may.
BROKEN = """() => {
  const broken = [];
  for (const cell of document.querySelectorAll("td.long")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      for (const word of text.data.matchAll(/[^\\s-]+-?/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.top)));
        if (lines.size > 1) broken.push(word[0]);
      }
    }
  }
  return broken;
}"""


def book_a_child(live: LiveServer, course_id: int) -> None:
    """With all that a row can say: a child, a phone number, and a proof that is missing."""
    with live.app.app_context():
        customer = make_customer()
        make_bank_account(customer)
        request = make_request(customer, db.session.get_one(Course, course_id))
        claimed = {"is_minor": True, "concession_status": "claimed"}
        with transaction() as session:
            session.execute(
                update(Booking).where(Booking.request_id == request.id).values(**claimed)
            )
        db.session.remove()


def test_the_list_of_anmeldungen_fits_a_laptop_and_breaks_no_word(
    page: Page, live: LiveServer, publish: Callable[..., int]
) -> None:
    book_a_child(live, publish(title="Wirbelsäulengymnastik am Vormittag", fee_cents=11800))
    page.set_viewport_size({"width": 1280, "height": 900})
    log_in_staff(page, live)
    page.goto("/verwaltung/anmeldungen?suche=Wirbels")
    assert "minderjährig" in page.inner_text("table")
    assert page.evaluate(OVER) == 0
    assert page.evaluate(BROKEN) == []
