"""Refusals known in advance: why somebody cannot wait for a course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kmz import clock
from kmz.booking import queries
from kmz.booking.problems import already_booked
from kmz.booking.rules import ParticipantName, age_objection
from kmz.booking.waitlist import queries as waitlist_queries
from kmz.catalog.light import LightCourse
from kmz.catalog.models import Course
from kmz.catalog.rules import CourseAvailability, age_limit, availability
from kmz.errors import Problem


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who wants to wait; `key` is that of bookings (`rules.participant_key`)."""

    name: ParticipantName
    key: str
    birth_date: date | None = None


def state_problems(course: LightCourse, *, most: int) -> list[Problem]:
    """A course that has seats needs no waiting, and a full list takes nobody more."""
    state = availability(course, now=clock.now(), waitlist_max=most)
    if course.published_at is not None and state.code is CourseAvailability.WAITLIST:
        return []
    message = f"Für „{course.title}“ ({course.number}) gibt es keine Warteliste: {state.text}."
    return [Problem("waitlist.none", message, link=f"/kurs/{course.slug}", link_label="Zum Kurs")]


def person_problems(course: LightCourse, people: Sequence[Waiting]) -> list[Problem]:
    """Nobody waits twice, or for what they have."""
    booked = {key for _, key in queries.active_participants([course.id])}
    waits = waitlist_queries.people_on_the_list(course.id)
    found = []
    for person in people:
        name = f"{person.name.first_name} {person.name.last_name}"
        if person.key in booked:
            found.append(already_booked(name))
        elif person.key in waits:
            message = (
                f"{name} steht für „{course.title}“ ({course.number}) schon auf der Warteliste."
            )
            found.append(Problem("waitlist.known", message))
    return found


def age_problems(courses: Sequence[Course], people: Sequence[Waiting]) -> list[Problem]:
    """Who is too young or too old on the first day, or whose age nobody knows (L09)."""
    found = []
    for course in courses:
        if not course.has_age_limit:
            continue
        for person in people:
            objection = _age_objection(course, person)
            if objection:
                found.append(Problem("waitlist.age", objection))
    return found


def _age_objection(course: Course, person: Waiting) -> str | None:
    name = f"{person.name.first_name} {person.name.last_name}"
    if person.birth_date is None:
        ages = age_limit(course.min_age, course.max_age)
        return f"„{course.title}“ ist {ages}. Uns fehlt das Geburtsdatum von {name}."
    objection = age_objection(
        person.birth_date,
        course.starts_on or clock.today(),
        min_age=course.min_age,
        max_age=course.max_age,
    )
    return f"{name}: {objection}" if objection else None


NOBODY = Problem("waitlist.nobody", "Bitte wählen Sie, wer auf die Warteliste soll.", "people")
NO_SEAT = Problem(
    "waitlist.no_seat",
    (
        "Zurzeit ist kein Platz frei. Wählen Sie ein offenes Angebot, das zurückgenommen werden "
        "soll, oder warten Sie, bis ein Platz frei wird."
    ),
)
NOT_OFFERED = Problem(
    "waitlist.not_offered", "Dieser Kurs lässt sich jetzt nicht buchen; es gibt keine Angebote."
)
BEING_BOOKED = Problem("waitlist.being_booked", "Dieser Platz wird gerade gebucht.")
OFFER_GONE = Problem("waitlist.offer_gone", "Dieses Angebot ist abgelaufen oder schon erledigt.")
