"""The prices of a whole form, with the reasons for an Ermäßigung as the house keeps them."""

from collections.abc import Mapping, Sequence

from kmz.booking.checkout import queries
from kmz.booking.checkout.drafted import DraftLine
from kmz.booking.checkout.prices import Price, Priced, price_of


def prices_of(
    lines: Sequence[DraftLine], courses: Mapping[int, Priced], *, before_proof: str
) -> list[Price]:
    """What each line costs; one query, and none where nobody asks for an Ermäßigung."""
    asked = any(line.concession_id for line in lines)
    reasons = {reason.id: reason for reason in queries.concession_reasons()} if asked else {}
    return [
        price_of(
            courses[line.course_id],
            reasons.get(line.concession_id) if line.concession_id else None,
            before_proof=before_proof,
        )
        for line in lines
    ]
