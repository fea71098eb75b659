"""Filling an empty database with the demo, through the same actions as everybody else uses."""

from datetime import date, timedelta

from flask import Flask, current_app
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import CustomerAccount, School, StaffUser
from kmz.audit.actions import SYSTEM, record
from kmz.audit.models import AuditEntry
from kmz.booking.concessions.actions import save_reason
from kmz.booking.concessions.queries import list_reasons
from kmz.booking.leaving.actions.refunds import finish_refund
from kmz.booking.leaving.queries import list_refunds
from kmz.booking.office.decisions import cancel_course, confirm_bookings, reject_booking
from kmz.catalog.actions.synonyms import take_over_shipped
from kmz.catalog.models import Course
from kmz.crypto import Passwords
from kmz.db import db, transaction
from kmz.demo import people
from kmz.demo.access import SCHOOL_NUMBER, DemoAccess, find_access, make_access
from kmz.demo.booking import Bookings, collect_due
from kmz.demo.catalogue import Catalogue
from kmz.demo.contacts import add_contacts
from kmz.demo.customers import add_customers, add_demo_staff, add_school
from kmz.demo.stories import tell_stories
from kmz.mail.models import OutgoingMail

_SEEDED = "demo.seeded"
_BOOKED_BEFORE_START = timedelta(days=20)
# Letters about courses of earlier years would only clutter the mailbox.
_MAILS_KEPT = timedelta(days=10)


def seed(app: Flask) -> DemoAccess:
    """Fill a migrated, empty database; a seeded one stays as it is. The logins of the demo.

    One transaction: a start that is interrupted leaves nothing behind.
    """
    config = app.config["KMZ"]
    with app.app_context():
        known = find_access(config.instance)
        access = known or make_access(config.instance)
        if not is_seeded():
            with transaction() as session:
                _fill(session, access)
        elif known is None:
            _set_passwords(access)
        db.session.remove()
    return access


def is_seeded() -> bool:
    """Whether the demo's data stand in this database."""
    query = select(AuditEntry.id).where(AuditEntry.action == _SEEDED).limit(1)
    return db.session.scalar(query) is not None


def _fill(session: Session, access: DemoAccess) -> None:
    current, earlier = Catalogue(session, today=clock.today()).build()
    passwords: Passwords = current_app.extensions["kmz_passwords"]
    first_day = min(course.starts_on for course in earlier if course.starts_on)
    with clock.moved_by(days=-_days_since(first_day - _BOOKED_BEFORE_START * 2)):
        staff = add_demo_staff(access, passwords)
        customers = add_customers(access, passwords)
        add_school(access, passwords)
    take_over_shipped(by=staff)
    add_contacts(by=staff)
    ids_by_title = {course.title: course.id for _, course in current}
    bookings = Bookings(customers, ids_by_title, _add_reasons(staff))
    _attend_earlier_courses(bookings, earlier, staff)
    _book_current_courses(bookings, staff)
    collect_due(session)
    tell_stories(session, bookings, staff=staff)
    for row, course in current:
        if row.cancelled:
            cancel_course(course.id, reason=row.cancelled, by=staff)
    _pay_one_back(staff)
    session.execute(delete(OutgoingMail).where(OutgoingMail.created_at < clock.now() - _MAILS_KEPT))
    record(session, _SEEDED, by=SYSTEM, kind="demo")


def _add_reasons(staff: StaffUser) -> dict[str, int]:
    """The reasons for an Ermäßigung, by their labels."""
    for position, (label, percent, needs_proof) in enumerate(people.CONCESSIONS):
        save_reason(
            None,
            label=label,
            percent=percent,
            needs_proof=needs_proof,
            position=position,
            by=staff,
        )
    return {reason.label: reason.id for reason in list_reasons()}


def _attend_earlier_courses(bookings: Bookings, courses: list[Course], staff: StaffUser) -> None:
    for course in courses:
        if course.starts_on is None:
            continue
        days_ago = _days_since(course.starts_on - _BOOKED_BEFORE_START)
        with clock.moved_by(days=-days_ago):
            booked = bookings.book(people.CUSTOMER.email, [course.id])
        with clock.moved_by(days=1 - days_ago):
            confirm_bookings(booked, by=staff)


def _book_current_courses(bookings: Bookings, staff: StaffUser) -> None:
    everything = (*people.CONFIRMED, people.REJECTED, *people.REQUESTED)
    for wanted in sorted(everything, key=lambda entry: -entry.days_ago):
        with clock.moved_by(days=-wanted.days_ago):
            ids = bookings.book(
                wanted.email,
                bookings.courses_titled(wanted.titles),
                remark=wanted.remark,
                concession=wanted.concession,
            )
        with clock.moved_by(days=1 - wanted.days_ago):
            if wanted in people.CONFIRMED:
                confirm_bookings(ids, by=staff)
            elif wanted is people.REJECTED:
                reject_booking(ids[0], reason=people.REJECTION_REASON, by=staff)


def _pay_one_back(staff: StaffUser) -> None:
    """Of what goes back one is done, so that both lists of the Erstattungen have something."""
    refunds, _ = list_refunds(done=False, page=1)
    if len(refunds) > 1:
        finish_refund(refunds[-1].id, by=staff)


def _days_since(day: date) -> int:
    return (clock.today() - day).days


def _set_passwords(access: DemoAccess) -> None:
    """The file with the logins was lost: their accounts get the new passwords."""
    passwords: Passwords = current_app.extensions["kmz_passwords"]
    new = (
        (CustomerAccount, access.customer_email, passwords.hash(access.customer_password)),
        (StaffUser, access.staff_email, passwords.hash(access.staff_password)),
    )
    the_school = select(School.id).where(School.number == SCHOOL_NUMBER)
    with transaction() as session:
        for model, email, password_hash in new:
            session.execute(
                update(model).where(model.email == email).values(password_hash=password_hash)
            )
        session.execute(
            update(CustomerAccount)
            .where(CustomerAccount.school_id.in_(the_school))
            .values(password_hash=passwords.hash(access.school_password))
        )
