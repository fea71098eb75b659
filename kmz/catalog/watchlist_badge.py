"""The counter at the heart, which hearts are filled, and the visitor's list that comes along at
login.
"""

from typing import Any

from flask import Flask, current_app, flash

from kmz.accounts.current import current_customer, current_login
from kmz.catalog.watchlist_owner import adopt_visitor_notes, own_notes, write_cookie
from kmz.crypto import Vault
from kmz.web.formats import counted
from kmz.web.pages import fills_main


def watched_ids() -> set[int]:
    """The ids of the courses on the Merkliste of this request's customer or visitor."""
    return {note.course_id for note in own_notes()}


def copy_owner() -> str:
    """For whom a browser may keep a copy of the Merkliste: this login, or its visitor; "" while
    nothing is noted.

    The browser throws a copy away whose owner is another one (keep-watchlist.js).
    """
    if not own_notes():
        return ""
    login = current_login() if current_customer() else None
    vault: Vault = current_app.extensions["kmz_vault"]
    return vault.fingerprint(f"watchlist copy {login.id}")[:20] if login else "visitor"


def _context() -> dict[str, Any]:
    if fills_main():
        return {}
    return {"watchlist_count": len(own_notes()), "watchlist_copy_owner": copy_owner()}


def _adopt_at_login() -> None:
    adopted = adopt_visitor_notes()
    if adopted is None:
        return
    came, left = adopted
    if came:
        courses = counted(came, "gemerkter Kurs", "gemerkte Kurse")
        verb = "steht" if came == 1 else "stehen"
        flash(f"{courses} aus diesem Browser {verb} jetzt auf Ihrer Merkliste.", "success")
    if left:
        courses = counted(left, "Kurs hatte", "Kurse hatten")
        flash(f"{courses} auf Ihrer Merkliste keinen Platz mehr.", "error")


def init_watchlist_badge(app: Flask) -> None:
    """Offer the counter to all templates and bring a visitor's Merkliste along (U40)."""
    app.context_processor(_context)
    app.before_request(_adopt_at_login)
    app.after_request(write_cookie)
