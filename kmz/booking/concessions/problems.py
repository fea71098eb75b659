"""Why a claimed Ermäßigung cannot be decided any more."""

from kmz.booking.concessions.rules import STATUS_NAMES, fee_after
from kmz.booking.models import SEAT_HOLDING, Booking, ConcessionStatus
from kmz.errors import Problem
from kmz.money import format_cents

NAME_TAKEN = Problem(
    "concession.name_taken", "Diese Bezeichnung gibt es schon, vielleicht beendet.", "label"
)
ENDED = Problem("concession.booking_ended", "Diese Anmeldung läuft nicht mehr.")


def decision_problems(booking: Booking, decision: ConcessionStatus) -> list[Problem]:
    """Somebody was faster, the booking is over, or the fee that would change is paid already."""
    status = ConcessionStatus(booking.concession_status)
    if status != ConcessionStatus.CLAIMED:
        return [_decided(status)]
    if booking.status not in SEAT_HOLDING:
        return [ENDED]
    if booking.paid_cents and fee_after(booking, decision) != booking.fee_cents:
        return [_paid(booking)]
    return []


def _decided(status: ConcessionStatus) -> Problem:
    said = STATUS_NAMES.get(status, "nicht beantragt")
    return Problem("concession.decided", f"Darüber ist schon entschieden: {said}.")


def _paid(booking: Booking) -> Problem:
    paid = format_cents(booking.paid_cents)
    return Problem(
        "concession.paid", f"{paid} sind schon bezahlt; das Entgelt lässt sich nicht mehr ändern."
    )
