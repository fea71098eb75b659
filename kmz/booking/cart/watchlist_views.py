"""From the Merkliste into the Warenkorb (U40)."""

from flask import Response, flash, g, request

from kmz.accounts.current import current_customer
from kmz.accounts.problems import shared_problems
from kmz.booking.blueprints import blueprint
from kmz.booking.cart import actions, queries
from kmz.booking.owner import cart_owner, remember_cart
from kmz.booking.rules import MAX_ITEMS
from kmz.catalog.watchlist_owner import own_notes, unwatch
from kmz.catalog.watchlist_page import read_watchlist
from kmz.errors import Problem
from kmz.web.access import public
from kmz.web.formats import counted
from kmz.web.pages import see_other


@blueprint.post("/merkliste/warenkorb")
@public
def move_to_cart() -> Response:
    """All noted courses that can be booked, or the one in `kurs`."""
    entries = read_watchlist(own_notes()).entries
    wanted = request.form.get("kurs") or None
    titles = {
        entry.course.id: entry.course.title
        for entry in entries
        if entry.state.bookable and wanted in {None, entry.course.slug}
    }
    problems = _problems(titles)
    if problems:
        flash(problems[0].message, "error")
        return see_other("catalog.show_watchlist")
    owner, moved = actions.move_to_cart(cart_owner(), list(titles))
    unwatch(moved)
    g.kmz_cart_count = queries.cart_count(owner)
    _tell([titles[course_id] for course_id in moved], len(titles) - len(moved))
    return remember_cart(see_other("catalog.show_watchlist"), owner)


def _problems(titles: dict[int, str]) -> list[Problem]:
    customer = current_customer()
    found = shared_problems(customer) if customer else []
    if not titles:
        message = "Davon lässt sich gerade nichts buchen."
        found.append(Problem("watchlist.not_bookable", message))
    return found


def _tell(moved: list[str], left: int) -> None:
    if len(moved) == 1:
        flash(f"„{moved[0]}“ liegt jetzt im Warenkorb.", "success")
    elif moved:
        flash(f"{len(moved)} Kurse liegen jetzt im Warenkorb.", "success")
    if left:
        courses = counted(left, "Kurs bleibt", "Kurse bleiben")
        flash(
            f"Im Warenkorb ist Platz für {MAX_ITEMS} Kurse: {courses} auf der Merkliste.", "error"
        )
