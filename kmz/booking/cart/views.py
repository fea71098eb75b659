"""The Warenkorb as pages."""

from flask import Response, current_app, flash, g, request

from kmz import clock
from kmz.accounts.current import current_customer
from kmz.accounts.problems import shared_problems
from kmz.booking import problems
from kmz.booking.blueprints import blueprint
from kmz.booking.cart import actions, queries
from kmz.booking.models import PaymentMethod
from kmz.booking.owner import cart_owner, remember_cart
from kmz.booking.rules import PAYMENT_NAMES
from kmz.catalog.queries import get_published_course
from kmz.catalog.rules import age_limit
from kmz.catalog.states import state_now
from kmz.errors import RefusedError
from kmz.web.access import public
from kmz.web.pages import page, redirect_to
from kmz.web.returns import own_path


@blueprint.get("/warenkorb")
@public
def show_cart() -> Response:
    courses = queries.cart_courses(cart_owner())
    now, config = clock.now(), current_app.config["KMZ"]
    return page(
        "booking/show_cart.html",
        courses=courses,
        states={course.id: state_now(course, now=now) for course in courses},
        problems=problems.course_problems(courses),
        total=problems.total_cents(courses),
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
    found += problems.course_problems([course])
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
    course = get_published_course(slug)
    actions.remove_from_cart(cart_owner(), course.id)
    flash(f"„{course.title}“ ist nicht mehr im Warenkorb.", "success")
    return redirect_to("/warenkorb")


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
