"""Whose Merkliste the current request means: the customer's, or that of the visitor's browser.

A visitor's list is one encrypted cookie that ends with the browser's session. It is no part of
Flask's session, which ends at every login; so the list can be brought along, and nobody who has
one is served a page made for unknown visitors (`kmz.web.visitor_pages`).
"""

from collections.abc import Collection, Sequence
from typing import Any

from flask import Response, current_app, g, request

from kmz.accounts.current import current_customer
from kmz.catalog import notes
from kmz.catalog.actions import watchlist
from kmz.catalog.actions.watchlist import no_room
from kmz.catalog.notes import Note
from kmz.catalog.watchlist_queries import notes_now, notes_of
from kmz.crypto import Vault
from kmz.errors import RefusedError

_MAX_COOKIE = 4096


def own_notes() -> list[Note]:
    """What the person of this request noted, the newest first; asked once per request."""
    if "kmz_notes" not in g:
        customer = current_customer()
        g.kmz_notes = notes_of(customer.id) if customer else visitor_notes()
    return list(g.kmz_notes)


def own_limit() -> int:
    return notes.MAX_CUSTOMER if current_customer() else notes.MAX_VISITOR


def watch(course_id: int) -> None:
    """Note a course; RefusedError when there is no room."""
    if watch_all([course_id]):
        raise RefusedError(no_room(own_limit()))


def watch_all(course_ids: Sequence[int]) -> int:
    """Note courses; for how many there was no room."""
    customer = current_customer()
    if customer:
        left = watchlist.watch_courses(customer.id, course_ids)
        _forget()
        return left
    known = visitor_notes()
    present = notes_now(set(course_ids) - {note.course_id for note in known})
    new = [present[course_id] for course_id in course_ids if course_id in present]
    room = max(0, notes.MAX_VISITOR - len(known))
    _keep([*new[:room], *known])
    return len(new[room:])


def unwatch(course_ids: Collection[int]) -> None:
    """Take courses off the list; those that are not on it change nothing."""
    customer = current_customer()
    if customer:
        watchlist.unwatch_courses(customer.id, course_ids)
        _forget()
    else:
        _keep([note for note in visitor_notes() if note.course_id not in course_ids])


def note_anew() -> None:
    """The changes were seen."""
    customer = current_customer()
    if customer:
        watchlist.note_anew(customer.id)
        _forget()
    else:
        known = visitor_notes()
        present = notes_now(note.course_id for note in known)
        _keep([present[note.course_id] for note in known if note.course_id in present])


def visitor_notes() -> list[Note]:
    """What the browser's cookie holds, whoever is logged in; a made-up cookie holds nothing."""
    if "kmz_visitor_notes" in g:
        return list(g.kmz_visitor_notes)
    sealed = request.cookies.get(_cookie_name(), "")
    if not sealed or len(sealed) > _MAX_COOKIE:
        return []
    vault: Vault = current_app.extensions["kmz_vault"]
    try:
        return notes.read(vault.decrypt(sealed))
    except ValueError:
        return []


def adopt_visitor_notes() -> tuple[int, int] | None:
    """After the login the visitor's list becomes the customer's: how many courses came along, and
    for how many there was no room. None where there was nothing to adopt.
    """
    found = visitor_notes()
    customer = current_customer() if found else None
    if customer is None:
        return None
    left = watchlist.adopt_notes(customer.id, found)
    _keep([])
    _forget()
    return len(found) - left, left


def _forget() -> None:
    """Read anew: the list has changed within this request."""
    g.pop("kmz_notes", None)


def _keep(changed: list[Note]) -> None:
    g.kmz_visitor_notes = changed
    _forget()


def write_cookie(response: Response) -> Response:
    """Give the browser the visitor's list after a click that changed it (L36)."""
    if "kmz_visitor_notes" not in g:
        return response
    options: dict[str, Any] = {
        "secure": current_app.config["KMZ"].is_https,
        "httponly": True,
        "samesite": "Lax",
        "path": "/",
    }
    if g.kmz_visitor_notes:
        vault: Vault = current_app.extensions["kmz_vault"]
        sealed = vault.encrypt(notes.written(g.kmz_visitor_notes))
        response.set_cookie(_cookie_name(), sealed, **options)
    else:
        response.delete_cookie(_cookie_name(), **options)
    return response


def _cookie_name() -> str:
    return "__Host-kmz_notes" if current_app.config["KMZ"].is_https else "kmz_notes"
