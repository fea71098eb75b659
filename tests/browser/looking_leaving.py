"""What the tests of looks see of waiting and leaving: places, offers, guests, Storno, Widerruf."""

import json
import re
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from kmz import clock
from kmz.accounts.models import CustomerAccount, StaffUser
from kmz.booking.calendar.actions import renew_feed
from kmz.booking.cart.actions import add_to_cart, set_people
from kmz.booking.checkout.actions.book import book
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.checkout.agreed_texts import terms_of
from kmz.booking.checkout.drafted import ContractPartner, fresh_content
from kmz.booking.leaving.actions.cancelling import cancel_bookings
from kmz.booking.leaving.actions.withdrawing import declare
from kmz.booking.leaving.queries import cancellation_cost, living_bookings, terms_by_policy
from kmz.booking.leaving.withdrawal_rules import Declaration
from kmz.booking.models import Booking, BookingRequest, WaitlistEntry
from kmz.booking.notices.actions import notice_change
from kmz.booking.office.decisions import confirm_bookings
from kmz.booking.rules import BookingOwner, CartOwner, ParticipantName, participant_key
from kmz.booking.waitlist.actions import joining
from kmz.booking.waitlist.actions.offers import hand_out, lock_courses
from kmz.booking.waitlist.links import link_token, participant_key_of
from kmz.booking.waitlist.problems import Waiting
from kmz.catalog.actions.booking_openings import add_opening
from kmz.catalog.actions.policies import save_policy
from kmz.catalog.models import Course, CourseSession, Semester
from kmz.crypto import new_token
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.factories import IBAN, make_course, make_request

GUEST = "gerda@example.org"
_FULL = {"max_participants": 2, "external_participants": 2, "waitlist_open": True}


def fill_leaving(customer: CustomerAccount, long_title: str, boss: StaffUser) -> dict[str, object]:
    """What stands in the addresses of these pages."""
    return {
        **_waitlists(customer, long_title, boss),
        **_states(customer, long_title, boss),
        **_parallel(customer, long_title),
        **_guest(long_title, boss),
        **_office(long_title, boss),
        **_changed(customer, long_title),
    }


def _changed(customer: CustomerAccount, long_title: str) -> dict[str, object]:
    """A booked course whose Termine begin earlier by now."""
    course = make_course(title=f"Verlegt: {long_title}", fee_cents=0)
    make_request(customer, course)
    with transaction() as session:
        rows = select(CourseSession).where(CourseSession.course_id == course.id)
        for row in session.scalars(rows):
            row.starts_at = clock.berlin_moment(row.day, 17, 45)
        session.get_one(Course, course.id).version += 1
    notice_change(course.id)
    return {"changed_id": course.id}


def _waitlists(customer: CustomerAccount, long_title: str, boss: StaffUser) -> dict[str, object]:
    """A course with parallels that is full, a list of three people, an offer for each kind."""
    crowded = make_course(title=long_title, min_age=16, **_FULL)
    parallel = [make_course(title=long_title, **_FULL) for _ in range(2)]
    _semester([crowded, *parallel])
    offered = make_course(title="Platz frei", **_FULL)
    _join_guest(crowded.id, long_title[:60])
    own = ParticipantName(customer.first_name, customer.last_name)
    own_person = Waiting(own, participant_key(customer.id, own))
    for ids in ([crowded.id, parallel[0].id], [offered.id]):
        wish = joining.Wish(course_ids=ids, people=[own_person], most=30)
        joining.join(wish, customer=customer)
    guest_offer = _join_guest(offered.id, "Gerda")
    _free_the_seats(offered.id)
    phoned = Waiting(ParticipantName("Nora", long_title[:60]), participant_key_of(_NORA, ""))
    joining.add_by_staff(crowded.id, phoned, "", by=boss)
    left = _join_guest(crowded.id, "Ole")
    joining.remove(crowded.id, left, reason="Wohnt nicht mehr hier", by=boss)
    waiting = db.session.scalars(
        select(WaitlistEntry.id)
        .where(WaitlistEntry.course_id == crowded.id)
        .order_by(WaitlistEntry.id)
        .limit(1)
    ).one()
    return {
        "crowded": crowded.slug,
        "crowded_id": crowded.id,
        "waiting_id": waiting,
        "waiting": _link(waiting),
        "offered": _link(guest_offer),
        "left": _link(left),
    }


def _link(entry_id: int) -> str:
    return link_token(db.session.get_one(WaitlistEntry, entry_id))


_NORA = ParticipantName("Nora", "Muster")


def _free_the_seats(course_id: int) -> None:
    """Everybody who waits gets an offer."""
    with transaction() as session:
        lock_courses(session, [course_id])
        session.execute(
            update(Course).where(Course.id == course_id).values(external_participants=0)
        )
        session.expire_all()
        hand_out(session, course_id)


def _semester(courses: list[Course]) -> None:
    """Only courses of one semester are parallel."""
    with transaction() as session:
        semester = session.scalars(select(Semester).where(Semester.code == "271")).one()
        ids = [course.id for course in courses]
        session.execute(update(Course).where(Course.id.in_(ids)).values(semester_id=semester.id))


def _join_guest(course_id: int, first_name: str) -> int:
    """The id of the guest's entry."""
    name = ParticipantName(first_name, "Gast")
    person = Waiting(name, participant_key_of(name, GUEST))
    wish = joining.Wish(course_ids=[course_id], people=[person], most=30)
    joining.join_as_guest(wish, GUEST)
    newest = select(WaitlistEntry.id).order_by(WaitlistEntry.id.desc()).limit(1)
    return db.session.scalars(newest).one()


def _states(customer: CustomerAccount, long_title: str, boss: StaffUser) -> dict[str, object]:
    """A booking that is fest eingebucht, one that was paid and cancelled late, one withdrawn."""
    soon = clock.today() + timedelta(days=10)
    courses = [
        make_course(title=long_title),
        make_course(title=long_title, starts_on=soon),
        make_course(title="Widerrufen"),
    ]
    request = make_request(customer, *courses)
    query = select(Booking.id).where(Booking.request_id == request.id).order_by(Booking.id)
    confirmed, cancelled, withdrawn = db.session.scalars(query)
    confirm_bookings([confirmed, cancelled, withdrawn], by=boss)
    with transaction() as session:
        session.execute(update(Booking).where(Booking.id == cancelled).values(paid_cents=9800))
    _cancel(customer, cancelled)
    receipt = new_token()
    declare(
        Declaration(long_title[:60], f"{request.reference} {long_title}", GUEST, long_title),
        token=receipt,
        booking_ids=[withdrawn],
        customer=customer,
        holidays=(),
        may_mail=True,
    )
    renew_feed(customer.id, by=customer)
    return {
        "confirmed": confirmed,
        "cancelled": cancelled,
        "withdrawn": withdrawn,
        "receipt": receipt,
    }


def _parallel(customer: CustomerAccount, long_title: str) -> dict[str, object]:
    """A booking that can move into another course, and a cart with three people."""
    courses = [make_course(title=f"Parallel {long_title}") for _ in range(3)]
    _semester(courses)
    request = make_request(customer, courses[0])
    owner = CartOwner(customer_id=customer.id)
    for course in courses[1:]:
        add_to_cart(owner, course.id)
    set_people(owner, courses[1].id, 3)
    booking = select(Booking.id).where(Booking.request_id == request.id)
    return {"parallel": db.session.scalars(booking).one()}


def _cancel(customer: CustomerAccount, booking_id: int) -> None:
    """At the cost that the page would show."""
    (booking,) = living_bookings(BookingOwner(customer.id), [booking_id])
    cost = cancellation_cost(booking, terms_by_policy())
    cancel_bookings(BookingOwner(customer.id), {booking_id: cost}, by=customer)


def _guest(long_title: str, boss: StaffUser) -> dict[str, object]:
    """A guest's booking of two courses, one of them fest eingebucht."""
    courses = [make_course(title=long_title), make_course(title="Gast im Kurs")]
    partner = ContractPartner(
        first_name="Gerda",
        last_name=long_title[:60],
        email=GUEST,
        street="Hafenweg",
        house_number="7",
        postal_code="12345",
        city="Musterstadt",
    )
    content = replace(
        fresh_content([course.id for course in courses]), partner=partner, is_ready=True
    )
    owner = CartOwner(token=new_token())
    account = json.dumps({"account_holder": partner.full_name, "iban": IBAN, "bic": ""})
    terms = terms_of(content, "agb-1", shown_total=19600)
    reference = book(owner, save_draft(owner, content, account=account), terms)
    query = select(Booking.id).join(Booking.request).where(BookingRequest.reference == reference)
    confirmed, _ = db.session.scalars(query.order_by(Booking.id))
    confirm_bookings([confirmed], by=boss)
    texts = db.session.scalars(
        select(OutgoingMail.text).where(OutgoingMail.kind == "M08G").order_by(OutgoingMail.id)
    ).all()
    found = re.search(r"/buchung/\S+", texts[-1])
    assert found is not None
    return {"guest_link": found[0], "guest_booking": confirmed}


def _office(long_title: str, boss: StaffUser) -> dict[str, object]:
    """Stornobedingungen, a Buchungsstart, and declarations that wait for staff."""
    steps = "13: 5,00 €\n6: 100 %"
    policy = save_policy(
        None, name=long_title, steps=steps, note=long_title, is_default=True, by=boss
    )
    opening = add_opening("272", None, clock.now() + timedelta(days=9), by=boss)
    for number in range(2):
        withdrawal = declare(
            Declaration("Ole Unbekannt", f"Kurs {long_title} {number}", "ole@example.org", "Danke"),
            token=new_token(),
            booking_ids=[],
            customer=None,
            holidays=(),
            may_mail=number == 0,
        )
    return {"policy": policy.id, "opening": opening.id, "withdrawal": withdrawal.id}
