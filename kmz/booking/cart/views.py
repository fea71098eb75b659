"""The Warenkorb as pages."""

from flask import Response, current_app, flash, g, request

from kmz import clock
from kmz.accounts.current import current_customer
from kmz.accounts.problems import shared_problems
from kmz.booking import problems
from kmz.booking.blueprints import blueprint
from kmz.booking.cart import actions, queries
from kmz.booking.cart.changes import changes_since
from kmz.booking.models import PaymentMethod
from kmz.booking.owner import cart_owner, remember_cart
from kmz.booking.rules import MAX_ATTENDEES, PAYMENT_NAMES
from kmz.catalog.queries import get_published_course
from kmz.catalog.rules import age_limit
from kmz.catalog.states import state_now
from kmz.errors import RefusedError
from kmz.web.access import public
from kmz.web.numbers import whole_number
from kmz.web.pages import page, redirect_to, see_other, wanted_fragment
from kmz.web.returns import own_path


@blueprint.get("/warenkorb")
@public
def show_cart() -> Response:
    return _cart_page()


def _cart_page() -> Response:
    owner = cart_owner()
    items = queries.cart_items(owner)
    courses = [item.course for item in items]
    wanted = {item.course_id: item.people for item in items}
    now, config = clock.now(), current_app.config["KMZ"]
    changes = {item.course_id: changes_since(item.seen, item.course) for item in items}
    found, held = problems.seat_problems(courses, wanted, owner, waitlist_max=config.waitlist_max)
    return page(
        "booking/show_cart.html",
        fragments=("cart",),
        items=items,
        changes=changes,
        has_changes=any(changes.values()),
        states={course.id: state_now(course, now=now) for course in courses},
        problems=found,
        held=held,
        total=sum((item.course.fee_cents or 0) * item.people for item in items),
        numbers=range(1, MAX_ATTENDEES + 1),
        ages={course.id: age_limit(course.min_age, course.max_age) for course in courses},
        payments=[PAYMENT_NAMES[PaymentMethod(one)] for one in config.payment_methods],
        hold_minutes=config.hold_minutes,
    )


@blueprint.post("/warenkorb/<slug>")
@public
def add_to_cart(slug: str) -> Response:
    course = get_published_course(slug)
    customer = current_customer()
    found = shared_problems(customer) if customer else []
    most = current_app.config["KMZ"].waitlist_max
    found += problems.course_problems([course], waitlist_max=most)
    if found:
        return _answer(found[0].message, "error", slug, status=422)
    try:
        owner = actions.add_to_cart(cart_owner(), course.id)
    except RefusedError as refusal:
        return _answer(refusal.problems[0].message, "error", slug, status=422)
    g.kmz_cart_count = queries.cart_count(owner)  # the new cookie is not in this request yet
    return remember_cart(_answer(f"„{course.title}“ liegt im Warenkorb.", "success", slug), owner)


@blueprint.post("/warenkorb/<slug>/loeschung")
@public
def remove_from_cart(slug: str) -> Response:
    item = queries.find_item(cart_owner(), slug)
    if item is not None:
        course = item.course
        actions.remove_from_cart(cart_owner(), course.id)
        flash(f"„{course.title}“ ist nicht mehr im Warenkorb.", "success")
    return see_other("booking.show_cart")


@blueprint.post("/warenkorb/<slug>/personen")
@public
def set_people(slug: str) -> Response:
    """For how many people; each of them is named in the Anmeldeformular."""
    item = queries.find_item(cart_owner(), slug)
    if item is not None:
        people = whole_number(request.form.get("people")) or 1
        actions.set_people(cart_owner(), item.course_id, people)
    return _cart_page() if wanted_fragment(("cart",)) else see_other("booking.show_cart")


@blueprint.post("/warenkorb/kenntnis")
@public
def note_changes() -> Response:
    """What changed was read and need not be said again."""
    actions.note_changes(cart_owner())
    return see_other("booking.show_cart")


def _answer(message: str, kind: str, slug: str, *, status: int = 200) -> Response:
    """htmx gets the badge and the message in place; without JavaScript one goes back and reads
    it.
    """
    if request.headers.get("HX-Request") == "true":
        return page(
            "booking/_cart_changed.html", status=status, message=message, kind=kind, slug=slug
        )
    flash(message, kind)
    return redirect_to(own_path(request.form.get("weiter")) or "/warenkorb")
