"""Who answers questions in the demo."""

from sqlalchemy import select

from kmz.accounts.models import StaffUser
from kmz.catalog.models import ProgramArea
from kmz.contact.actions.persons import PersonDetails, save_person
from kmz.db import db

_HOURS = "Mo–Do 9–12 und 14–16 Uhr"
_PERSONS = (
    (None, "Frau Lindgrün", "Kundenbetreuung", "fragen@example.org", "+49 1234 56789-10"),
    ("3", "Herr Tannhofer", "Gesundheit", "gesundheit@example.org", "+49 1234 56789-30"),
    ("4", "Frau Okelmann", "Sprachen", "sprachen@example.org", "+49 1234 56789-40"),
)


def add_contacts(*, by: StaffUser) -> None:
    """Ansprechpersonen for everything and for two areas."""
    areas = {area.code: area.id for area in db.session.scalars(select(ProgramArea))}
    for code, name, role, email, phone in _PERSONS:
        details = PersonDetails(areas[code] if code else None, name, role, email, phone, _HOURS)
        save_person(details, person_id=None, version=1, by=by)
