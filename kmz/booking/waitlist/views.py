"""The Warteliste for customers and visitors: joining, seeing the own places, leaving."""

from collections.abc import Sequence

from flask import Response, current_app, flash

from kmz import clock
from kmz.accounts.current import current_customer, get_customer
from kmz.accounts.models import CustomerAccount
from kmz.accounts.queries import profile_of
from kmz.booking import rules
from kmz.booking.blueprints import blueprint
from kmz.booking.people import queries
from kmz.booking.waitlist import queries as waitlist_queries
from kmz.booking.waitlist.actions import joining as waitlist
from kmz.booking.waitlist.forms import CustomerJoinForm, GuestJoinForm, JoinForm
from kmz.booking.waitlist.links import participant_key_of
from kmz.booking.waitlist.problems import Waiting, age_problems
from kmz.booking.waitlist.rules import JOIN_BUTTON
from kmz.catalog.models import Course
from kmz.catalog.parallel import parallel_courses
from kmz.catalog.queries import get_published_course
from kmz.catalog.rules import CourseAvailability, age_limit
from kmz.catalog.states import state_now
from kmz.errors import RefusedError
from kmz.web.access import customer_only, public
from kmz.web.limits import limiter, mail_limit
from kmz.web.pages import form_page, page, see_other


def _person() -> CustomerAccount | None:
    """The customer who waits; whoever uses a login that a school shares waits as a guest."""
    customer = current_customer()
    return None if customer is None or customer.shared else customer


def _has_list(course: Course) -> bool:
    return state_now(course).code is CourseAvailability.WAITLIST


def _no_list(course: Course) -> Response:
    """Nothing to wait for: the page of the course says how it stands."""
    flash("Für diesen Kurs gibt es jetzt keine Warteliste.", "info")
    return see_other("catalog.show_course", slug=course.slug)


def _join_page(
    form: JoinForm, course: Course, others: Sequence[Course], customer: CustomerAccount | None
) -> Response:
    courses = [course, *others]
    return form_page(
        "booking/waitlist_join.html",
        form,
        course=course,
        customer=customer,
        waiting=course.seats_waiting + course.external_waiting,
        button=JOIN_BUTTON,
        ages={
            one.number: age_limit(one.min_age, one.max_age) for one in courses if one.has_age_limit
        },
    )


def _full_parallels(course: Course) -> list[Course]:
    return [one for one in parallel_courses(course) if _has_list(one)]


def _people(customer: CustomerAccount) -> dict[str, rules.Choice]:
    birth_date = profile_of(customer.id).birth_date
    return rules.people_to_choose(customer, birth_date, queries.participants_of(customer.id))


def _customer_form(customer: CustomerAccount, others: Sequence[Course]) -> CustomerJoinForm:
    form = CustomerJoinForm()
    form.offer(others)
    form.offer_people(_people(customer))
    return form


def _guest_form(course: Course, others: Sequence[Course]) -> GuestJoinForm:
    form = GuestJoinForm()
    form.offer(others)
    form.offer_age([course, *others])
    return form


@blueprint.get("/kurs/<slug>/warteliste")
@public
def show_join(slug: str) -> Response:
    course = get_published_course(slug)
    if not _has_list(course):
        return _no_list(course)
    customer, others = _person(), _full_parallels(course)
    form = _customer_form(customer, others) if customer else _guest_form(course, others)
    return _join_page(form, course, others, customer)


@blueprint.post("/kurs/<slug>/warteliste")
@public
@limiter.limit(mail_limit)
def join_waitlist(slug: str) -> Response:
    course = get_published_course(slug)
    if not _has_list(course):
        return _no_list(course)
    customer, others = _person(), _full_parallels(course)
    form = _customer_form(customer, others) if customer else _guest_form(course, others)
    if not form.validate():
        return _join_page(form, course, others, customer)
    try:
        _join(form, course, others, customer)
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _join_page(form, course, others, customer)
    if customer is None:
        return see_other("booking.show_joined")
    flash("Sie stehen auf der Warteliste.", "success")
    return see_other("booking.list_waitlist")


def _join(
    form: JoinForm, course: Course, others: Sequence[Course], customer: CustomerAccount | None
) -> None:
    """RefusedError with everything that stands against it."""
    wanted = [course, *(one for one in others if one.id in form.other_ids)]
    people = _waiting(form, customer)
    found = age_problems(wanted, people)
    if found:
        raise RefusedError(*found)
    wish = waitlist.Wish(
        course_ids=[one.id for one in wanted],
        people=people,
        most=current_app.config["KMZ"].waitlist_max,
    )
    if customer is not None:
        waitlist.join(wish, customer=customer)
    elif isinstance(form, GuestJoinForm):
        waitlist.join_as_guest(wish, form.email.data or "")


def _waiting(form: JoinForm, customer: CustomerAccount | None) -> list[Waiting]:
    if isinstance(form, GuestJoinForm):
        key = participant_key_of(form.name, form.email.data or "")
        return [Waiting(form.name, key, form.typed_birth_date)]
    if customer is None or not isinstance(form, CustomerJoinForm):
        return []
    people = _people(customer)
    return [
        Waiting(one.name, rules.participant_key(customer.id, one.name), one.birth_date)
        for one in (people[key] for key in form.chosen)
    ]


@blueprint.get("/warteliste/gesendet")
@public
def show_joined() -> Response:
    """The same for everybody, whether the address is known or waits already."""
    return page("booking/waitlist_joined.html")


@blueprint.get("/konto/warteliste")
@customer_only
def list_waitlist() -> Response:
    return page(
        "booking/waitlist_list.html",
        customer=get_customer(),
        places=waitlist_queries.places_of(get_customer().id),
        now=clock.now(),
    )


@blueprint.post("/konto/warteliste/<int:entry_id>/ende")
@customer_only
def leave_waitlist(entry_id: int) -> Response:
    """Leaves the list or declines the offer, by one click."""
    customer = get_customer()
    entry = waitlist_queries.get_own_entry(customer.id, entry_id)
    if waitlist.leave(entry.id, by=customer):
        flash("Sie haben die Warteliste verlassen.", "success")
    else:
        flash("Dieser Platz auf der Warteliste ist schon zu Ende.", "info")
    return see_other("booking.list_waitlist")
