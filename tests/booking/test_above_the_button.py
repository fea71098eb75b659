"""What stands directly above the last button: everything that is agreed (L02)."""

import pytest
from sqlalchemy import update

from kmz.catalog.models import CourseSession
from kmz.db import transaction
from tests.booking.conftest import Buyer
from tests.factories import make_course


@pytest.mark.parametrize(("fee", "said"), [(9800, True), (0, False)])
def test_when_it_is_due_stands_above_the_last_button(buyer: Buyer, fee: int, *, said: bool) -> None:
    buyer.fill_in(make_course(fee_cents=fee))
    text = buyer.browser.page.text
    words = "Fällig durch Einzug frühestens 14 Tage nach der festen Einbuchung"
    assert (words in text) is said
    if said:
        assert text.index("Gesamtbetrag") < text.index(words) < text.index("Zahlungspflichtig")


def test_termine_that_were_called_off_are_not_sold(buyer: Buyer) -> None:
    course = make_course(sessions=3)
    with transaction() as session:
        session.execute(
            update(CourseSession)
            .where(CourseSession.course_id == course.id, CourseSession.position == 1)
            .values(is_cancelled=True)
        )
    buyer.fill_in(course)
    assert "2 Termine" in buyer.browser.page.text
