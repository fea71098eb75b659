"""The office keeps Ansprechpersonen, mounted under /verwaltung."""

from flask import Response, flash

from kmz.accounts.current import get_staff
from kmz.catalog.queries import all_areas
from kmz.contact import queries
from kmz.contact.actions import persons
from kmz.contact.actions.persons import PersonDetails
from kmz.contact.forms import PersonForm
from kmz.contact.models import ContactPerson
from kmz.contact.staff_views import blueprint
from kmz.errors import RefusedError
from kmz.web.access import staff_only
from kmz.web.forms import choice
from kmz.web.numbers import whole_number
from kmz.web.pages import form_page, page, see_other


@blueprint.get("/ansprechpersonen")
@staff_only("office")
def list_persons() -> Response:
    return page("contact/admin/list_persons.html", persons=queries.all_persons())


@blueprint.get("/ansprechpersonen/neu")
@staff_only("office")
def show_new_person() -> Response:
    return _page(PersonForm(None), None)


@blueprint.post("/ansprechpersonen/neu")
@staff_only("office")
def add_person() -> Response:
    return _save(None)


@blueprint.get("/ansprechpersonen/<int:person_id>")
@staff_only("office")
def edit_person(person_id: int) -> Response:
    person = queries.get_person(person_id)
    area_id = str(person.program_area_id or "")
    return _page(PersonForm(None, obj=person, area_id=area_id), person)


@blueprint.post("/ansprechpersonen/<int:person_id>")
@staff_only("office")
def change_person(person_id: int) -> Response:
    return _save(queries.get_person(person_id))


@blueprint.post("/ansprechpersonen/<int:person_id>/loeschung")
@staff_only("office")
def remove_person(person_id: int) -> Response:
    persons.remove_person(person_id, by=get_staff())
    flash("Die Ansprechperson ist entfernt.", "success")
    return see_other(".list_persons")


def _save(person: ContactPerson | None) -> Response:
    person_id = person.id if person else None
    form = PersonForm()
    _offer_areas(form)
    if not form.validate():
        return _page(form, person)
    details = PersonDetails(
        program_area_id=form.wanted_area,
        name=form.name.data or "",
        role=form.role.data or "",
        email=form.email.data or "",
        phone=form.phone.data or "",
        hours=form.hours.data or "",
    )
    try:
        persons.save_person(
            details,
            person_id=person_id,
            version=whole_number(form.version.data) or 0,
            by=get_staff(),
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _page(form, person)
    flash(f"„{details.name}“ ist gespeichert.", "success")
    return see_other(".list_persons")


def _page(form: PersonForm, person: ContactPerson | None) -> Response:
    _offer_areas(form)
    return form_page("contact/admin/edit_person.html", form, person=person)


def _offer_areas(form: PersonForm) -> None:
    """Programmbereiche and their Fachgebiete, and everything else."""
    form.area_id.choices = [
        choice("", "alle Fragen ohne eigene Ansprechperson"),
        *(
            choice(str(area.id), f"– {area.name}" if area.parent_id else area.name)
            for area in all_areas()
        ),
    ]
