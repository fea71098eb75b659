"""Reading entries of the Warteliste by what they mean to a booking or an account."""

from collections.abc import Collection

from sqlalchemy import select

from kmz.accounts.models import CustomerAccount
from kmz.booking.models import SeatHold, WaitlistEntry, WaitlistOffer
from kmz.booking.waitlist.queries import IS_ON_THE_LIST, belongs_to
from kmz.db import db


def waiting_people(pairs: Collection[tuple[int, str]]) -> list[int]:
    """Ids of entries on the list of these people, each a course id and a participant key."""
    query = select(WaitlistEntry.id, WaitlistEntry.course_id, WaitlistEntry.participant_key).where(
        WaitlistEntry.course_id.in_({course_id for course_id, _ in pairs}),
        WaitlistEntry.participant_key.in_({key for _, key in pairs}),
        IS_ON_THE_LIST,
    )
    wanted = set(pairs)
    return [number for number, *pair in db.session.execute(query) if tuple(pair) in wanted]


def offered_in_form(draft_id: int) -> list[WaitlistEntry]:
    """Entries whose offered seats an open Anmeldeformular holds."""
    query = (
        select(WaitlistEntry)
        .join(WaitlistEntry.offers)
        .join(SeatHold, SeatHold.offer_id == WaitlistOffer.id)
        .where(SeatHold.draft_id == draft_id)
    )
    return list(db.session.scalars(query.order_by(WaitlistEntry.id)))


def entries_of_offers(offer_ids: Collection[int]) -> list[WaitlistEntry]:
    """Entries to which these offers were made, as they are now."""
    query = (
        select(WaitlistEntry)
        .join(WaitlistEntry.offers)
        .where(WaitlistOffer.id.in_(offer_ids))
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def guest_entries_of(customer: CustomerAccount) -> list[WaitlistEntry]:
    """Where the customer waits as a guest of the same mailbox."""
    query = select(WaitlistEntry).where(
        belongs_to(customer), WaitlistEntry.customer_id.is_(None), IS_ON_THE_LIST
    )
    return list(db.session.scalars(query.order_by(WaitlistEntry.id)))
