"""What a Storno costs, and until when a Widerruf is possible (domain.md 1.8, L11, L16)."""

from datetime import UTC, date, datetime

import pytest

from kmz.booking.leaving.cancellation_rules import (
    SHIPPED_TERMS,
    CancellationTerms,
    cost_sentence,
    cost_today,
)
from kmz.booking.leaving.withdrawal_rules import exact_moment, withdrawal_until
from kmz.recovery.workdays import public_holidays

FIRST_DAY = date(2027, 2, 26)
TWO_STEPS = CancellationTerms(
    name="Zwei Stufen",
    steps=[{"days": 7, "percent": 100, "cents": 0}, {"days": 14, "percent": 0, "cents": 500}],
)


@pytest.mark.parametrize(
    ("today", "cents"),
    [
        (date(2027, 2, 11), 0),
        (date(2027, 2, 12), 500),
        (date(2027, 2, 18), 500),
        (date(2027, 2, 19), 9800),
        (date(2027, 3, 5), 9800),
    ],
)
def test_each_step_begins_on_its_day(today: date, cents: int) -> None:
    assert cost_today(TWO_STEPS, 9800, FIRST_DAY, today) == cents


def test_the_cost_is_said_as_the_customers_know_it() -> None:
    said = cost_sentence(TWO_STEPS, 9800, FIRST_DAY, date(2027, 1, 10))
    assert said == (
        "Stornierung heute kostenfrei. Ab 12.02.2027: 5,00\N{NO-BREAK SPACE}€. "
        "Ab 19.02.2027: volles Entgelt (98,00\N{NO-BREAK SPACE}€)."
    )
    late = cost_sentence(TWO_STEPS, 9800, FIRST_DAY, date(2027, 2, 20))
    assert late == "Stornierung heute für volles Entgelt (98,00\N{NO-BREAK SPACE}€)."


def test_nobody_pays_more_than_the_fee() -> None:
    assert cost_today(TWO_STEPS, 300, FIRST_DAY, date(2027, 2, 12)) == 300
    assert cost_today(TWO_STEPS, 0, FIRST_DAY, date(2027, 2, 20)) == 0


def test_cents_below_one_are_the_customers() -> None:
    half = CancellationTerms(name="Halb", steps=[{"days": 14, "percent": 50, "cents": 0}])
    assert cost_today(half, 99, FIRST_DAY, FIRST_DAY) == 49


def test_without_a_first_day_leaving_is_free() -> None:
    assert cost_today(TWO_STEPS, 9800, None, FIRST_DAY) == 0


def test_without_a_policy_the_shipped_terms_count() -> None:
    days = [step["days"] for step in SHIPPED_TERMS.steps]
    assert days == [13, 6]  # "13 bis 7 Tage vor Kursbeginn", "danach"
    assert cost_today(SHIPPED_TERMS, 9800, FIRST_DAY, date(2027, 2, 12)) == 0
    assert cost_today(SHIPPED_TERMS, 9800, FIRST_DAY, date(2027, 2, 13)) == 500
    assert cost_today(SHIPPED_TERMS, 9800, FIRST_DAY, date(2027, 2, 20)) == 9800


@pytest.mark.parametrize(
    ("contract_on", "last"),
    [
        (date(2026, 11, 20), date(2026, 12, 4)),
        (date(2026, 11, 22), date(2026, 12, 7)),  # 6 December is a Sunday
        (date(2026, 12, 11), date(2026, 12, 28)),  # both days of Christmas, then a weekend
        (date(2027, 3, 12), date(2027, 3, 30)),  # Good Friday to Easter Monday
    ],
)
def test_the_period_never_ends_on_a_weekend_or_holiday(contract_on: date, last: date) -> None:
    assert withdrawal_until(contract_on, public_holidays("BW")) == last


def test_the_holidays_are_those_of_the_land() -> None:
    contract_on = date(2026, 12, 23)  # Epiphany is 6 January, a Wednesday
    assert withdrawal_until(contract_on, public_holidays("BW")) == date(2027, 1, 7)
    assert withdrawal_until(contract_on, public_holidays("HE")) == date(2027, 1, 6)


def test_the_moment_is_told_with_seconds_and_zone() -> None:
    winter = datetime(2026, 11, 22, 13, 3, 27, tzinfo=UTC)
    assert exact_moment(winter) == "22.11.2026, 14:03:27 Uhr (MEZ, UTC+01:00)"
    summer = datetime(2027, 6, 1, 13, 3, 27, tzinfo=UTC)
    assert exact_moment(summer) == "01.06.2027, 15:03:27 Uhr (MESZ, UTC+02:00)"
