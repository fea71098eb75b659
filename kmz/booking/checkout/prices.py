"""What a person pays for a course, with and without an Ermäßigung (domain.md 1.5)."""

from dataclasses import dataclass
from typing import Protocol

from kmz.booking.models import ConcessionReason, ConcessionStatus


class Priced(Protocol):
    """The columns of a course that say what it costs, in cents."""

    @property
    def fee_cents(self) -> int | None: ...
    @property
    def reduced_fee_cents(self) -> int | None: ...
    @property
    def concession_allowed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Price:
    """Cents that are owed now, and the reduced fee that was asked for (None: no Ermäßigung)."""

    cents: int
    reduced_cents: int | None = None
    status: ConcessionStatus = ConcessionStatus.NONE


def reduced_fee(course: Priced, percent: int) -> int:
    """The reduced fee of the course, or the fee less so many percent, in whole cents."""
    if course.reduced_fee_cents is not None:
        return course.reduced_fee_cents
    fee = course.fee_cents or 0
    return fee - fee * percent // 100


def price_of(
    course: Priced, reason: ConcessionReason | None, *, before_proof: str = "full"
) -> Price:
    """The price for one person. Until a proof was seen the full fee is owed, or the reduced one
    where the house trusts its customers (`before_proof` "reduced").
    """
    fee = course.fee_cents or 0
    if reason is None or not course.concession_allowed:
        return Price(fee)
    reduced = reduced_fee(course, reason.percent)
    if not reason.needs_proof:
        return Price(reduced, reduced, ConcessionStatus.VERIFIED)
    owed = reduced if before_proof == "reduced" else fee
    return Price(owed, reduced, ConcessionStatus.CLAIMED)
