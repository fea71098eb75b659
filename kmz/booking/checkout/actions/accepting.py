"""Accepting an offer of the Warteliste: it opens the Anmeldeformular with the kept seat. What books
is the last click, as for everybody (domain.md 1.7).
"""

from datetime import timedelta

from sqlalchemy import select

from kmz import clock
from kmz.booking.checkout.actions.drafts import draft_for
from kmz.booking.checkout.drafted import ContractPartner, DraftContent, DraftLine
from kmz.booking.models import BookingDraft, SeatHold, WaitlistEntry, WaitlistOffer
from kmz.booking.queries import draft_owned
from kmz.booking.rules import CartOwner, ParticipantName
from kmz.booking.waitlist.problems import OFFER_GONE
from kmz.db import transaction
from kmz.errors import RefusedError


def accept(entry: WaitlistEntry, owner: CartOwner, *, minutes: int) -> str:
    """Open the form for the offered seat; the key of its draft. Twice leads to the same form.

    Who accepts at the last minute has as long as everybody to fill it in. RefusedError when the
    offer is over.
    """
    entry_id, course_id = entry.id, entry.course_id
    content = DraftContent(lines=(_line(entry),), partner=_partner(entry))
    with transaction() as session:
        hold = session.scalar(
            select(SeatHold)
            .join(WaitlistOffer, WaitlistOffer.id == SeatHold.offer_id)
            .where(
                WaitlistOffer.entry_id == entry_id,
                SeatHold.course_id == course_id,
                SeatHold.expires_at > clock.now(),
            )
            .with_for_update(of=SeatHold)
        )
        if hold is None:
            raise RefusedError(OFFER_GONE)
        known = select(BookingDraft).where(BookingDraft.id == hold.draft_id, draft_owned(owner))
        draft = session.scalar(known)
        if draft is None:
            draft = draft_for(session, owner, content)
            hold.draft_id = draft.id
            hold.expires_at = max(hold.expires_at, clock.now() + timedelta(minutes=minutes))
        return draft.key


def _line(entry: WaitlistEntry) -> DraftLine:
    """Who waits attends; the Vertragspartner needs no name in the line."""
    name = ParticipantName(entry.participant_first_name, entry.participant_last_name)
    customer = entry.customer
    is_partner = (
        customer is None or ParticipantName(customer.first_name, customer.last_name).key == name.key
    )
    return DraftLine(
        course_id=entry.course_id,
        person=None if is_partner else name,
        birth_date=entry.birth_date,
    )


def _partner(entry: WaitlistEntry) -> ContractPartner | None:
    """What a guest typed already need not be typed again (WCAG 3.3.7)."""
    if entry.customer is not None:
        return None
    return ContractPartner(
        first_name=entry.participant_first_name,
        last_name=entry.participant_last_name,
        email=entry.email,
    )
