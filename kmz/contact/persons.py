"""Who is shown as Ansprechperson: for an area, else for all questions, else the house itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from kmz.catalog.models import ProgramArea
from kmz.contact.models import ContactPerson


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """Name and ways to reach somebody, as the block "Ansprechpartnerin bei Fragen" shows them."""

    name: str
    role: str
    email: str
    phone: str
    hours: str
    area: str


def person_for(
    area: ProgramArea | None, persons: Sequence[ContactPerson], *, house: ShownPerson
) -> ShownPerson:
    """Who answers for an area: its own person, that of the area above, the general one, the house.

    What a person does not have of its own (mail, phone) is the house's.
    """
    by_area = {person.program_area_id: person for person in persons}
    wanted = [area.id, area.parent_id] if area else []
    found = next((by_area[key] for key in (*wanted, None) if key in by_area), None)
    return shown(found, house=house) if found else house


def shown(person: ContactPerson, *, house: ShownPerson) -> ShownPerson:
    return ShownPerson(
        name=person.name,
        role=person.role,
        email=person.email or house.email,
        phone=person.phone or house.phone,
        hours=person.hours,
        area=person.program_area.name if person.program_area else "",
    )
