"""Opening an Anmeldeformular and keeping what was filled in until it is booked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kmz import clock
from kmz.booking.cart.actions import adopt_cart
from kmz.booking.checkout import queries
from kmz.booking.checkout.drafted import DraftContent, fresh_content
from kmz.booking.models import BookingDraft, BookingRequest, SeatHold
from kmz.booking.people.actions import keep_attendee
from kmz.booking.queries import draft_owned
from kmz.booking.rules import CartOwner, PersonData
from kmz.booking.seats.holds import HoldTerms, end_holds, hold_seats, take_over_holds
from kmz.crypto import new_token, token_digest
from kmz.db import transaction
from kmz.errors import NotFoundError

KEEP_FOR = timedelta(days=2)


def open_form(owner: CartOwner, people: Mapping[int, int], terms: HoldTerms) -> str:
    """Open the Anmeldeformular for so many people by course id and hold their seats; the key of
    its draft.

    Opening it again, in another tab or after Back, leads to the same form; it gets longer by who
    is missing in it and never loses anybody. What another form of the same person holds of these
    courses is held for this one now.
    """
    with transaction() as session:
        drafts = queries.open_drafts(owner)
        courses = {one.id: set(DraftContent.from_json(one.content).course_ids) for one in drafts}
        known = next((one for one in drafts if courses[one.id] == set(people)), None)
        others = [one.id for one in drafts if one is not known and courses[one.id] & set(people)]
        draft = known or draft_for(session, owner, fresh_content(people))
        content = DraftContent.from_json(draft.content).for_at_least(people)
        draft.content = content.as_json()
        if others:
            take_over_holds(session, draft.id, others=others, course_ids=people)
        is_new = known is None and not others
        hold_seats(session, draft.id, content.seats, terms, is_new=is_new)
        return draft.key


def draft_for(session: Session, owner: CartOwner, content: DraftContent) -> BookingDraft:
    """A new draft of a customer or visitor, with its id; part of the caller's transaction."""
    draft = BookingDraft(
        key=new_token(),
        customer_id=owner.customer_id,
        token_hash=token_digest(owner.token) if owner.token and not owner.customer_id else None,
        content=content.as_json(),
        changed_at=clock.now(),
    )
    session.add(draft)
    session.flush()
    return draft


def save_draft(
    owner: CartOwner,
    content: DraftContent,
    *,
    key: str | None = None,
    account: str | None = None,
    people: Sequence[PersonData] = (),
    holding: HoldTerms | None = None,
    saved_at: datetime | None = None,
) -> str:
    """Save a filled-in form, a new one or the one behind `key` (NotFoundError when it is not the
    owner's); its key.

    `account` is the bank account of a guest as JSON. `people` are to be kept for a customer's later
    bookings; RefusedError when they are too many. With `holding` the seats held follow the form.
    `saved_at` is now, where the caller goes on with it.
    """
    with transaction() as session:
        if owner.customer_id is not None:
            for person in people:
                keep_attendee(session, owner.customer_id, person)
        key = key or draft_for(session, owner, content).key
        values = {"content": content.as_json(), "account": account}
        draft_id = _write(session, owner, key, {**values, "changed_at": saved_at or clock.now()})
        if holding is not None:
            hold_seats(session, draft_id, content.seats, holding)
        return key


def _write(session: Session, owner: CartOwner, key: str, values: dict[str, Any]) -> int:
    """Fill the owner's draft; its id."""
    draft_id = session.scalar(
        update(BookingDraft)
        .where(BookingDraft.key == key, draft_owned(owner))
        .values(values)
        .returning(BookingDraft.id)
        .execution_options(synchronize_session=False)
    )
    if draft_id is None:
        raise NotFoundError
    return draft_id


def adopt_visit(token: str, customer_id: int) -> None:
    """At login a visitor's cart and the forms that were opened become the customer's (U27)."""
    with transaction() as session:
        booked = select(BookingRequest.draft_key)
        own = select(BookingDraft).where(
            draft_owned(CartOwner(token=token)), BookingDraft.key.not_in(booked)
        )
        for draft in session.scalars(own).all():
            draft.customer_id, draft.token_hash, draft.account = customer_id, None, None
            # Another contract partner, with another bank account: the form has to be seen again.
            content = DraftContent.from_json(draft.content)
            draft.content = replace(content, partner=None, is_ready=False).as_json()
        adopt_cart(CartOwner(token=token), customer_id)


def forget_drafts(session: Session, customer_id: int) -> None:
    """Delete a leaving customer's forms; the seats they held are free. In the caller's
    transaction.
    """
    own = select(BookingDraft.id).where(BookingDraft.customer_id == customer_id)
    end_holds(session, SeatHold.draft_id.in_(own))
    session.execute(delete(BookingDraft).where(BookingDraft.customer_id == customer_id))


def delete_old_drafts() -> None:
    """Forget drafts after two days; booked ones have become requests. An offer of the Warteliste
    may last longer, and its form with it.
    """
    now = clock.now()
    old = BookingDraft.changed_at < now - KEEP_FOR
    holds = select(SeatHold.id).where(SeatHold.draft_id == BookingDraft.id)
    with transaction() as session:
        over = select(BookingDraft.id).where(old)
        end_holds(session, SeatHold.draft_id.in_(over), SeatHold.expires_at <= now)
        session.execute(delete(BookingDraft).where(old, ~holds.exists()))
