"""Customers with a filled-in Anmeldeformular, one click before their booking."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from benchmarks import vocabulary
from kmz import clock
from kmz.accounts.models import CustomerAccount, CustomerProfile
from kmz.booking.checkout.drafted import fresh_content
from kmz.booking.models import BookingDraft
from kmz.catalog.models import Course, CourseSession
from kmz.db import transaction

_numbers = count(1)
_SESSIONS = 8


@dataclass(frozen=True, slots=True)
class Click:
    """One customer's draft for one seat in a free course."""

    customer_id: int
    course_id: int
    draft_key: str


def sow_clicks(number: int, *, courses: int) -> list[Click]:
    """That many customers with a draft each, spread over the courses (made the first time)."""
    with transaction() as session:
        if not session.scalar(select(func.count()).select_from(Course)):
            _sow_free_courses(session, courses)
        course_ids = list(session.scalars(select(Course.id)))
        return [_click(session, course_ids[index % len(course_ids)]) for index in range(number)]


def _sow_free_courses(session: Session, number: int) -> None:
    now, first = clock.now(), clock.today() + timedelta(days=30)
    for index in range(number):
        days = [first + timedelta(weeks=week) for week in range(_SESSIONS)]
        sessions = [
            CourseSession(position=position, day=day, starts_at=clock.berlin_moment(day, 18, 30))
            for position, day in enumerate(days)
        ]
        course = Course(
            number=f"261-{index:04d}",
            slug=f"261-{index:04d}",
            title=f"Vortrag {index}",
            max_participants=1_000_000,
            fee_cents=0,
            starts_on=first,
            ends_on=days[-1],
            published_at=now,
            created_at=now,
            updated_at=now,
            sessions=sessions,
        )
        session.add(course)
    session.flush()


def _click(session: Session, course_id: int) -> Click:
    number, now = next(_numbers), clock.now()
    first = vocabulary.FIRST_NAMES[number % len(vocabulary.FIRST_NAMES)]
    email, key = f"kundin{number}@example.org", f"draft-{number}"
    customer = CustomerAccount(
        email=email,
        email_key=email,
        password_hash="-",
        password_changed_at=now,
        first_name=first,
        last_name="Muster",
        created_at=now,
        profile=CustomerProfile(
            street="Hafenweg",
            house_number="7",
            postal_code="12345",
            city="Musterstadt",
            phone="01234 567890",
        ),
    )
    session.add(customer)
    session.flush()
    content = replace(fresh_content([course_id]), is_ready=True)
    session.execute(
        insert(BookingDraft).values(
            key=key, customer_id=customer.id, content=content.as_json(), changed_at=now
        )
    )
    return Click(customer.id, course_id, key)
