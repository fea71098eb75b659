"""The personal calendar: its page, and the feed that calendar programs ask for without a login."""

from flask import Response, current_app, flash, request

from kmz.accounts.current import get_customer
from kmz.booking.blueprints import blueprint
from kmz.booking.calendar import queries
from kmz.booking.calendar.actions import end_feed, renew_feed
from kmz.booking.calendar.file import personal_calendar
from kmz.errors import NotFoundError
from kmz.mail.rendering import public_link
from kmz.web.access import customer_only, public
from kmz.web.limits import feed_limit, limiter, mail_limit
from kmz.web.pages import page, secret_page, see_other


@blueprint.get("/konto/kalender")
@customer_only
def show_calendar() -> Response:
    feed = queries.find_feed(get_customer().id)
    return page("booking/show_calendar.html", feed=feed, address="")


@blueprint.post("/konto/kalender")
@customer_only
@limiter.limit(mail_limit)
def renew_calendar() -> Response:
    """Shows the new address this one time; we keep only its digest."""
    customer = get_customer()
    address = public_link(f"/kalender/{renew_feed(customer.id, by=customer)}.ics")
    feed = queries.find_feed(customer.id)
    return secret_page(page("booking/show_calendar.html", feed=feed, address=address))


@blueprint.post("/konto/kalender/ende")
@customer_only
def end_calendar() -> Response:
    customer = get_customer()
    end_feed(customer.id, by=customer)
    flash("Die Adresse Ihres Kalenders gilt nicht mehr.", "success")
    return see_other(".show_calendar")


@blueprint.get("/kalender/<token>.ics")
@public
@limiter.limit(feed_limit)
def show_personal_calendar(token: str) -> Response:
    owner = queries.find_owner(token)
    if owner is None:
        raise NotFoundError
    body = personal_calendar(
        queries.bookings_for_calendar(owner),
        queries.entries_for_calendar(owner),
        name=f"Meine Kurse · {current_app.config['KMZ'].site_name}",
    )
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.add_etag()
    response.make_conditional(request)
    return response
