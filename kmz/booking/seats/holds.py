"""Keeping seats for whoever fills in the Anmeldeformular, for a while."""

from collections import Counter
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from kmz import clock
from kmz.booking.models import SeatHold
from kmz.booking.seats.taking import FREE_FOR_ANYBODY
from kmz.booking.waitlist.actions.offers import count_seats, hand_out
from kmz.catalog.models import Course
from kmz.db import count_changed, db, transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldTerms:
    """For how long seats are held, for whom (digests of person and network address), and how many
    one person and one address may hold at once, so that nobody can hoard.
    """

    minutes: int
    owner: str
    address: str
    most_per_owner: int
    most_per_address: int


def hold_seats(
    session: Session,
    draft_id: int,
    wanted: Mapping[int, int],
    terms: HoldTerms,
    *,
    is_new: bool = False,
) -> list[int]:
    """Hold so many seats of each course for a draft, and no others; part of its transaction. A new
    draft holds none yet.

    Returns the courses of which not all wanted seats could be held: none are left, or the person or
    address holds too many already. They can still be booked as long as seats are free.
    """
    own = {} if is_new else {hold.course_id: hold for hold in _holds_of(session, draft_id)}
    asks_for_more = any(
        seats > (own[course_id].seats if course_id in own else 0)
        for course_id, seats in wanted.items()
    )
    room = _room(session, terms) if asks_for_more else 0
    until = min(
        (hold.expires_at for hold in own.values()),
        default=clock.now() + timedelta(minutes=terms.minutes),
    )
    missed = []
    for course_id in sorted({*wanted, *own}):
        hold = own.get(course_id)
        more = wanted.get(course_id, 0) - (hold.seats if hold else 0)
        if more > 0 and (more > room or not _hold(session, course_id, more)):
            missed.append(course_id)
            continue
        if more < 0:
            _let_go(session, course_id, -more)
        room -= more
        if hold is None:
            hold = SeatHold(
                course_id=course_id,
                draft_id=draft_id,
                seats=0,
                expires_at=until,
                owner=terms.owner,
                address=terms.address,
            )
            session.add(hold)
        hold.seats += more
        if not hold.seats:
            session.delete(hold)
    return missed


def _holds_of(session: Session, *draft_ids: int) -> list[SeatHold]:
    """What some drafts hold, locked. Seats whose time is over go to the Warteliste first, as when
    the job finds them.
    """
    of_drafts = SeatHold.draft_id.in_(draft_ids)
    query = select(SeatHold).where(of_drafts).order_by(SeatHold.id).with_for_update()
    holds, now = session.scalars(query).all(), clock.now()
    over = [hold for hold in holds if hold.offer_id is None and hold.expires_at <= now]
    for hold in over:
        session.expunge(hold)  # SQLite gives its number to the next
    if over:
        _end_expired(session, of_drafts)
    return [hold for hold in holds if hold not in over]


def take_over_holds(
    session: Session, draft_id: int, *, others: Collection[int], course_ids: Container[int]
) -> None:
    """The seats of some courses that `others`, drafts of the same person, hold are held for this
    one from now on, as long as they were; part of its transaction. Whoever goes on in another form
    neither holds them twice nor stands before a course that is full of the own holds. A seat that
    the Warteliste offered stays with its form.
    """
    holds = _holds_of(session, draft_id, *others)
    own = {hold.course_id: hold for hold in holds if hold.draft_id == draft_id}
    for hold in holds:
        if hold.draft_id == draft_id or hold.offer_id or hold.course_id not in course_ids:
            continue
        first = own.setdefault(hold.course_id, hold)
        if first is hold:
            hold.draft_id = draft_id
        elif first.offer_id is None:
            first.seats += hold.seats
            session.delete(hold)


def _room(session: Session, terms: HoldTerms) -> int:
    """How many seats more person and address may hold, beside all that they hold already."""

    of_owner, at_address = SeatHold.owner == terms.owner, SeatHold.address == terms.address
    query = select(
        func.coalesce(func.sum(SeatHold.seats).filter(of_owner), 0),
        func.coalesce(func.sum(SeatHold.seats).filter(at_address), 0),
    ).where(or_(of_owner, at_address), SeatHold.expires_at > clock.now())
    by_owner, by_address = session.execute(query).one()
    return min(terms.most_per_owner - by_owner, terms.most_per_address - by_address)


def _hold(session: Session, course_id: int, seats: int) -> bool:
    """Count the seats as held if they are free; forms that were left open give theirs up first."""
    statement = (
        update(Course)
        .where(
            Course.id == course_id,
            Course.cancelled_at.is_(None),
            Course.published_at.is_not(None),
            seats <= FREE_FOR_ANYBODY,
        )
        .values(seats_held=Course.seats_held + seats)
    )
    if count_changed(session, statement):
        return True
    return bool(_end_expired(session, SeatHold.course_id == course_id)) and bool(
        count_changed(session, statement)
    )


def _let_go(session: Session, course_id: int, seats: int) -> None:
    """Seats that are not held any more are offered to the Warteliste, else free for anybody."""
    count_seats(session, course_id, held=-seats)
    hand_out(session, course_id)


def extend_hold(draft_id: int, *, minutes: int) -> bool:
    """Hold the seats of a draft for longer, once. False when that was done or they are gone. The
    time of an offer is the Warteliste's.
    """
    with transaction() as session:
        statement = (
            update(SeatHold)
            .where(
                SeatHold.draft_id == draft_id,
                SeatHold.offer_id.is_(None),
                SeatHold.is_extended.is_(False),
                SeatHold.expires_at > clock.now(),
            )
            .values(is_extended=True, expires_at=clock.now() + timedelta(minutes=minutes))
        )
        return bool(count_changed(session, statement))


def end_holds(session: Session, *of_drafts: ColumnElement[bool]) -> None:
    """Give up the seats of some forms; part of the caller's transaction, which deletes the
    drafts.
    """
    _end(session, *of_drafts)


def release_expired_holds() -> None:
    """A job of the worker: seats of forms that were left open are free again."""
    if not _is_due():
        return
    with transaction() as session:
        _end_expired(session)


def _is_due() -> bool:
    found = db.session.scalar(select(SeatHold.id).where(*_expired()).limit(1))
    db.session.rollback()
    return found is not None


def _expired() -> tuple[ColumnElement[bool], ...]:
    """Offers to the Warteliste end in their own way, which passes the seat on."""
    return SeatHold.expires_at <= clock.now(), SeatHold.offer_id.is_(None)


def _end_expired(session: Session, *where: ColumnElement[bool]) -> Counter[int]:
    return _end(session, *_expired(), *where)


def _end(session: Session, *where: ColumnElement[bool]) -> Counter[int]:
    """Delete holds, but none that somebody books at this moment; seats by course."""
    ids = session.scalars(select(SeatHold.id).where(*where).with_for_update(skip_locked=True)).all()
    ended: Counter[int] = Counter()
    rows = session.execute(
        delete(SeatHold)
        .where(SeatHold.id.in_(ids))
        .returning(SeatHold.course_id, SeatHold.seats)
        .execution_options(synchronize_session=False)
    )
    for course_id, seats in rows:
        ended[course_id] += seats
    for course_id in sorted(ended):
        _let_go(session, course_id, ended[course_id])
    return ended
