"""Steps behind a recovery link: opening it, looking at the riddles, solving them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.crypto import new_token, token_digest
from kmz.db import db, transaction
from kmz.recovery.models import Puzzle, RecoveryLink
from kmz.recovery.puzzle.rules import Riddle
from tests.factories import make_staff
from tests.page import Browser, Page
from tests.steps import send


@dataclass
class Sent:
    """A link as it was mailed."""

    customer_id: int
    link_id: int
    token: str

    @property
    def address(self) -> str:
        return f"/wiederherstellung/{self.token}"


def send_link(customer: CustomerAccount, **fields: Any) -> Sent:
    """What staff do, without their pages."""
    token, now = fields.pop("token", None) or new_token(), clock.now()
    values: dict[str, Any] = {
        "way": "mail",
        "sent_to": customer.email,
        "created_at": now,
        "sent_at": now,
        "expires_at": now + timedelta(hours=72),
        **fields,
    }
    staff = make_staff()
    with transaction() as session:
        link = RecoveryLink(
            customer_id=customer.id,
            requested_by_id=staff.id,
            token_hash=token_digest(token),
            **values,
        )
        session.add(link)
        session.flush()
        return Sent(customer.id, link.id, token)


def start(browser: Browser, sent: Sent) -> Page:
    """Open the link and tick the box; the puzzle."""
    browser.open(sent.address)
    return browser.submit("Weiter", robot="y")


def answer(browser: Browser, text: str) -> Page:
    """Answer the puzzle of the page, pictures as "1,4"."""
    form = browser.page.form(button="Bestätigen")
    given: dict[str, Any] = {"answer": text}
    if "places" in form.names:
        given = {"places": text.split(",")}
    browser.page = send(browser, form.action, **given)
    return browser.page


def solve(browser: Browser, riddles: list[Riddle]) -> Page:
    return answer(browser, riddles[-1].answer)


def wrong_answer(riddle: Riddle) -> str:
    return "1,2,3,4,5" if riddle.kind == "pictures" else "999999999 nichts"


def puzzles() -> list[Puzzle]:
    db.session.rollback()
    return list(db.session.scalars(select(Puzzle).order_by(Puzzle.id)))


def link_of(sent: Sent) -> RecoveryLink:
    db.session.rollback()
    return db.session.get_one(RecoveryLink, sent.link_id)


def hash_of(password: str) -> str:
    made: str = current_app.extensions["kmz_passwords"].hash(password)
    return made
