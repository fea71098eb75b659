"""Ordering alerts: "Suche abonnieren", and telling when a full course has seats again."""

from flask import Blueprint, Response, flash, request

from kmz import clock
from kmz.accounts.current import address_fingerprint, current_customer
from kmz.accounts.models import CustomerAccount
from kmz.alerts import problems
from kmz.alerts.actions import ordering
from kmz.alerts.forms import GuestForm
from kmz.alerts.saved_query import read_wanted
from kmz.alerts.wanted import Wanted, WantedSearch, WantedSeat
from kmz.catalog.models import Course
from kmz.catalog.queries import get_published_course
from kmz.catalog.rules import availability
from kmz.errors import Problem, RefusedError
from kmz.web.access import public
from kmz.web.limits import limiter, mail_limit, search_limit
from kmz.web.pages import page, redirect_to, see_other
from kmz.web.returns import own_path

blueprint = Blueprint("alerts", __name__)


def subscriber() -> CustomerAccount | None:
    """The customer whose account can be written to. Who uses a school's login, or has no address,
    types one like a guest.
    """
    customer = current_customer()
    return customer if customer and customer.email and not customer.shared else None


def _search_page(
    wanted: WantedSearch, form: GuestForm, refused: list[Problem] | None = None
) -> Response:
    refused = refused or ([] if wanted.name else [problems.NOTHING_WANTED])
    return page(
        "alerts/show_search_order.html",
        status=422 if refused or form.has_errors else 200,
        wanted=wanted,
        form=form,
        customer=subscriber(),
        problems=refused,
    )


@blueprint.get("/suchabo")
@public
@limiter.limit(search_limit)
def show_search_order() -> Response:
    return _search_page(read_wanted(request.query_string.decode("latin-1")), GuestForm(None))


@blueprint.post("/suchabo")
@public
@limiter.limit(mail_limit)
def order_search() -> Response:
    wanted = read_wanted(request.form.get("suche", ""))
    customer, form = subscriber(), GuestForm()
    if not wanted.name or (customer is None and not form.validate()):
        return _search_page(wanted, form)
    try:
        return _order(wanted, customer, form)
    except RefusedError as refusal:
        return _search_page(wanted, GuestForm(None), refusal.problems)


def _order(wanted: Wanted, customer: CustomerAccount | None, form: GuestForm) -> Response:
    """Customers order, guests are sent a link. RefusedError at the limit."""
    if customer is None:
        guest = ordering.Guest(form.email.data or "", asked_from=address_fingerprint())
        ordering.ask(guest, wanted)
        return see_other("alerts.show_asked")
    ordering.order(customer, wanted)
    flash("Wir benachrichtigen Sie per E-Mail.", "success")
    return see_other("alerts.list_alerts")


@blueprint.get("/benachrichtigung/gesendet")
@public
def show_asked() -> Response:
    return page("alerts/show_asked.html")


def _is_full(course: Course) -> bool:
    return availability(course, now=clock.now()).is_full


def _has_seats(course: Course) -> Response:
    """Nothing to wait for: the page of the course says how it stands."""
    return see_other("catalog.show_course", slug=course.slug)


def _seat_page(course: Course, form: GuestForm, refused: list[Problem] | None = None) -> Response:
    return page(
        "alerts/show_seat_order.html",
        status=422 if refused or form.has_errors else 200,
        course=course,
        form=form,
        customer=subscriber(),
        problems=refused or [],
    )


@blueprint.get("/platz-frei/<slug>")
@public
def show_seat_order(slug: str) -> Response:
    course = get_published_course(slug)
    return _seat_page(course, GuestForm(None)) if _is_full(course) else _has_seats(course)


@blueprint.post("/platz-frei/<slug>")
@public
def want_seat(slug: str) -> Response:
    """The button at a full course: one click for customers, guests go on to type an address."""
    course, customer = get_published_course(slug), subscriber()
    if not _is_full(course):
        return _has_seats(course)
    if customer is None:
        return see_other("alerts.show_seat_order", slug=slug)
    try:
        ordering.order(customer, WantedSeat(course.id))
    except RefusedError as refusal:
        return _seat_page(course, GuestForm(None), refusal.problems)
    flash(f"Wir schreiben Ihnen, sobald in „{course.title}“ wieder Plätze frei sind.", "success")
    back = own_path(request.form.get("weiter"))
    return redirect_to(back) if back else _has_seats(course)


@blueprint.post("/platz-frei/<slug>/e-mail")
@public
@limiter.limit(mail_limit)
def order_seat(slug: str) -> Response:
    course, customer, form = get_published_course(slug), subscriber(), GuestForm()
    if not _is_full(course):
        return _has_seats(course)
    if customer is None and not form.validate():
        return _seat_page(course, form)
    try:
        return _order(WantedSeat(course.id), customer, form)
    except RefusedError as refusal:
        return _seat_page(course, GuestForm(None), refusal.problems)
