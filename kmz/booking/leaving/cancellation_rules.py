"""Pure rules of Storno: what leaving costs today and later (domain.md 1.8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kmz.booking.models import Booking
from kmz.dates import format_day
from kmz.money import format_cents


def first_day_of(booking: Booking) -> date | None:
    """The day that the steps of a booking's policy count down to; None where none is known.

    A course that begins earlier than agreed makes leaving no dearer, a later one makes it cheaper.
    """
    present, agreed = booking.course.starts_on, booking.agreed.get("starts_on")
    if present is None or agreed is None:
        return present
    return max(present, date.fromisoformat(agreed))


@dataclass(frozen=True, slots=True)
class CostStep:
    """From this day on, leaving costs this much."""

    since: date
    cents: int


@dataclass(frozen=True, slots=True)
class CancellationTerms:
    """A policy as it was agreed at booking: its name and steps, whatever becomes of the policy."""

    name: str
    steps: Sequence[Mapping[str, Any]]

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "steps": [dict(step) for step in self.steps]}


# Where no policy is named and none is the default: what the shipped AGB say in number 6.
SHIPPED_TERMS = CancellationTerms(
    "Stornierung nach AGB",
    ({"days": 13, "percent": 0, "cents": 500}, {"days": 6, "percent": 100, "cents": 0}),
)


def _step_cents(step: Mapping[str, Any], fee_cents: int) -> int:
    """At most the fee; cents below one are the customer's."""
    cents = fee_cents * int(step["percent"]) // 100 + int(step["cents"])
    return min(cents, fee_cents)


def cost_steps(terms: CancellationTerms, fee_cents: int, first_day: date | None) -> list[CostStep]:
    """When leaving begins to cost how much, in the order of days; none where no day is known."""
    if first_day is None:
        return []
    ordered = sorted(terms.steps, key=lambda step: -int(step["days"]))
    return [
        CostStep(first_day - timedelta(days=int(step["days"])), _step_cents(step, fee_cents))
        for step in ordered
    ]


def cost_today(
    terms: CancellationTerms, fee_cents: int, first_day: date | None, today: date
) -> int:
    """What leaving costs on this day: the last step that has begun, nothing before the first."""
    begun = [step for step in cost_steps(terms, fee_cents, first_day) if step.since <= today]
    return begun[-1].cents if begun else 0


def cost_sentence(
    terms: CancellationTerms, fee_cents: int, first_day: date | None, today: date
) -> str:
    """ "Stornierung heute kostenfrei. Ab 12.02.2027: 5,00 €. Ab 19.02.2027: volles Entgelt." """
    now = cost_today(terms, fee_cents, first_day, today)
    said = f"Stornierung heute {'kostenfrei' if not now else f'für {_amount(now, fee_cents)}'}."
    return f"{said} {later_costs(terms, fee_cents, first_day, today)}".strip()


def later_costs(
    terms: CancellationTerms, fee_cents: int, first_day: date | None, today: date
) -> str:
    """ "Ab 12.02.2027: 5,00 €. Ab 19.02.2027: volles Entgelt."; "" where that is all."""
    parts, shown = [], cost_today(terms, fee_cents, first_day, today)
    for step in cost_steps(terms, fee_cents, first_day):
        if step.since > today and step.cents != shown:
            parts.append(f"Ab {format_day(step.since)}: {_amount(step.cents, fee_cents)}.")
            shown = step.cents
    return " ".join(parts)


def _amount(cents: int, fee_cents: int) -> str:
    if not cents:
        return "kostenfrei"
    full = "volles Entgelt"
    return f"{full} ({format_cents(cents)})" if cents == fee_cents else format_cents(cents)
