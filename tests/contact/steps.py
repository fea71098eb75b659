"""Steps that stories about KONTAKT share."""

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.contact.actions.requests import Question, ask
from kmz.contact.models import ContactRequest
from kmz.db import db
from tests.page import Browser, Page

EMAIL = "zoe@example.org"


def write(browser: Browser, *, seconds: int = 30, **values: str) -> Page:
    """Fill in the form on the current page, as long as a person takes for it, and send it."""
    with clock.moved_by(seconds=seconds):
        return browser.submit("Anfrage senden", **values)


def ask_something(
    customer: CustomerAccount | None = None, *, email: str = EMAIL, **values: str
) -> ContactRequest:
    """A question as the form hands it over."""
    question = Question(
        **{"name": "Zoë Muster", "email": email, "message": "Wann beginnt der Kurs?", **values}
    )
    reference = ask(question, customer=customer)
    return db.session.query(ContactRequest).filter_by(reference=reference).one()
