"""Keeping a filled-in Anmeldeformular until it is booked."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete

from kmz import clock
from kmz.booking import queries
from kmz.booking.actions.participants import keep_attendee
from kmz.booking.models import BookingDraft
from kmz.booking.rules import DraftContent, PersonData
from kmz.crypto import new_token
from kmz.db import transaction

KEEP_FOR = timedelta(days=2)


def content_of(draft: BookingDraft) -> DraftContent:
    """The content of a saved draft."""
    return DraftContent.from_json(draft.content)


def save_draft(
    customer_id: int,
    content: DraftContent,
    *,
    key: str | None = None,
    people: Sequence[PersonData] = (),
) -> BookingDraft:
    """A new draft, or the changed one behind `key` (NotFoundError when it is not the
    customer's). `people` are to be kept for later bookings; RefusedError when they are too many.
    """
    with transaction() as session:
        for person in people:
            keep_attendee(session, customer_id, person)
        if key is None:
            draft = BookingDraft(key=new_token(), customer_id=customer_id)
            session.add(draft)
        else:
            draft = queries.get_draft(customer_id, key)
        draft.content = content.as_json()
        draft.changed_at = clock.now()
        return draft


def delete_old_drafts() -> None:
    """Forget drafts after two days; booked ones have become requests."""
    with transaction() as session:
        session.execute(
            delete(BookingDraft).where(BookingDraft.changed_at < clock.now() - KEEP_FOR)
        )
