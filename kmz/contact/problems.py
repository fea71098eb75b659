"""Refusals known in advance: too many questions, somebody was faster."""

from kmz import clock
from kmz.contact import queries
from kmz.contact.rules import MAX_REQUESTS, WINDOW
from kmz.errors import Problem

TOO_MANY = Problem(
    "contact.too_many",
    "Von dieser E-Mail-Adresse kamen heute schon mehrere Anfragen. "
    "Bitte rufen Sie uns an, oder schreiben Sie uns morgen wieder.",
)
CHANGED_MEANWHILE = Problem(
    "contact.changed_meanwhile",
    "Inzwischen hat jemand anderes diese Anfrage bearbeitet. Hier steht der neue Stand.",
)
PERSON_CHANGED_MEANWHILE = Problem(
    "contact_person.changed_meanwhile",
    "Inzwischen hat jemand anderes diese Angaben geändert. Bitte öffnen Sie die Seite neu.",
)
AREA_TAKEN = Problem(
    "contact_person.area_taken",
    "Dafür gibt es schon eine Ansprechperson. Bitte ändern Sie diese.",
    "area_id",
)


def too_many_problems(*, email: str, customer_id: int | None) -> list[Problem]:
    """Whether the address or the customer has asked too often within a day."""
    since = clock.now() - WINDOW
    count = queries.recent_count(email=email, customer_id=customer_id, since=since)
    return [TOO_MANY] if count >= MAX_REQUESTS else []
