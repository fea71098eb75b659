"""Starting a booking: from the Warenkorb or by Direktbuchung, with or without a Kundenkonto."""

from collections.abc import Mapping, Sequence

from flask import Response, current_app, request

from kmz.booking import problems as booking_problems
from kmz.booking import queries as booking_queries
from kmz.booking.blueprints import blueprint
from kmz.booking.cart import queries as cart_queries
from kmz.booking.checkout import problems, queries
from kmz.booking.checkout.actions.drafts import open_form
from kmz.booking.checkout.form_pages import form_answer, read_form
from kmz.booking.checkout.hold_terms import hold_terms
from kmz.booking.owner import cart_owner, remember_cart
from kmz.booking.queue.gate import waiting_line
from kmz.booking.rules import CartOwner
from kmz.booking.seats.holds import extend_hold
from kmz.catalog.light import LightCourse
from kmz.catalog.models import Course
from kmz.catalog.queries import get_published_course
from kmz.crypto import new_token
from kmz.errors import Problem
from kmz.web.access import guest_or_customer
from kmz.web.pages import fills_main, next_page, page, problems_page, see_other
from kmz.web.returns import current_path


def _wanted_slug() -> str:
    """The one course of a Direktbuchung, "" for those in the cart."""
    return request.values.get("kurs", "").replace("\x00", "")


def _chosen() -> tuple[list[Course], dict[int, int]]:
    """The one course of a Direktbuchung, or those in the cart; and for how many people, by id."""
    slug = _wanted_slug()
    if slug:
        courses = booking_queries.courses_by_id([get_published_course(slug).id])
        return courses, {course.id: 1 for course in courses}
    items = cart_queries.cart_items(cart_owner())
    return [item.course for item in items], {item.course_id: item.people for item in items}


def _to_open() -> tuple[Sequence[Course | LightCourse], dict[int, int]]:
    """The same as cheap as can be: most who press at the same moment learn that it is full."""
    slug = _wanted_slug()
    if not slug:
        return _chosen()
    course = booking_queries.get_light_course(slug)
    return [course], {course.id: 1}


def _what_is_missing(
    courses: Sequence[Course | LightCourse], people: Mapping[int, int], owner: CartOwner
) -> list[Problem]:
    """What stands against opening a form for so many people; seats held already count."""
    if not courses:
        return [problems.NOTHING_TO_BOOK]
    most = current_app.config["KMZ"].waitlist_max
    found, _held = booking_problems.seat_problems(courses, people, owner, waitlist_max=most)
    return found


@blueprint.get("/buchen")
@guest_or_customer
def show_start() -> Response:
    """Where a link leads that cannot press the button itself, as after the login."""
    courses, people = _chosen()
    found = _what_is_missing(courses, people, cart_owner())
    if found:
        return problems_page(
            "booking/show_problems.html", found, back=current_path(), goes_on=False
        )
    return page(
        "booking/show_start.html",
        courses=courses,
        direct=courses[0].slug if request.args.get("kurs") else "",
        people=people,
        total=sum((course.fee_cents or 0) * people[course.id] for course in courses),
    )


@blueprint.post("/buchen")
@guest_or_customer
def start_booking() -> Response:
    """Open the Anmeldeformular and hold the seats."""
    courses, people = _to_open()
    owner = cart_owner()
    if owner.customer_id is None and not owner.token:
        owner = CartOwner(token=new_token())
    found = _what_is_missing(courses, people, owner)
    if found:
        return problems_page("booking/show_problems.html", found, back="/warenkorb", goes_on=False)
    if (line := waiting_line()) is not None:
        return line
    key = open_form(owner, people, hold_terms(owner))
    where = "booking.show_form" if owner.customer_id else "booking.show_way"
    if not fills_main():
        return remember_cart(see_other(where, key=key), owner)
    if owner.customer_id is None:
        return remember_cart(next_page(where, _way(key), key=key), owner)
    opened = read_form(key)
    answer = opened if isinstance(opened, Response) else form_answer(opened)
    return next_page(where, answer, key=key)


@blueprint.get("/buchen/<key>/weg")
@guest_or_customer
def show_way(key: str) -> Response:
    """Kunden-Login, Registrieren or guest: three equal ways (L23)."""
    owner = cart_owner()
    if owner.customer_id is not None:
        return see_other("booking.show_form", key=key)
    queries.get_draft(owner, key)
    return _way(key)


def _way(key: str) -> Response:
    return page("booking/show_way.html", key=key)


@blueprint.post("/buchen/<key>/verlaengerung")
@guest_or_customer
def extend(key: str) -> Response:
    """Hold the seats for longer, once (WCAG 2.2.1)."""
    draft = queries.get_draft(cart_owner(), key)
    extend_hold(draft.id, minutes=current_app.config["KMZ"].hold_minutes)
    return see_other("booking.show_summary", key=key)
