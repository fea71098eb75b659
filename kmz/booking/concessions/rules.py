"""Pure rules of Ermäßigungen: their words, and the fee after a decision."""

from kmz.booking.models import Booking, ConcessionStatus

STATUS_NAMES = {
    ConcessionStatus.CLAIMED: "Nachweis fehlt noch",
    ConcessionStatus.VERIFIED: "anerkannt",
    ConcessionStatus.REFUSED: "nicht anerkannt",
}


def fee_after(booking: Booking, decision: ConcessionStatus) -> int:
    """What is owed then, in cents: the reduced fee as it was worked out at the click, or the full
    one that was agreed.
    """
    if decision == ConcessionStatus.VERIFIED and booking.concession_fee_cents is not None:
        return booking.concession_fee_cents
    return booking.agreed["fee_cents"] or 0
