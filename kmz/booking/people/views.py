"""Teilnehmende Personen: who else may be booked."""

from flask import Response, flash

from kmz.accounts.current import get_customer
from kmz.booking.blueprints import blueprint
from kmz.booking.people import actions, queries
from kmz.booking.people.forms import NewPersonForm, PersonForm
from kmz.booking.rules import RELATIONS
from kmz.dates import format_day
from kmz.errors import RefusedError
from kmz.web.access import customer_only
from kmz.web.pages import form_page, see_other


def _list(form: NewPersonForm) -> Response:
    return form_page(
        "booking/list_participants.html",
        form,
        people=queries.participants_of(get_customer().id),
        relations=RELATIONS,
    )


@blueprint.get("/konto/teilnehmende")
@customer_only
def list_participants() -> Response:
    return _list(NewPersonForm(None))


@blueprint.post("/konto/teilnehmende")
@customer_only
def add_participant() -> Response:
    form = NewPersonForm()
    if not form.validate():
        return _list(form)
    try:
        actions.add_participant(get_customer().id, form.person)
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _list(form)
    flash("Die Person ist gespeichert.", "success")
    return see_other("booking.list_participants")


def _edit(form: PersonForm, participant_id: int) -> Response:
    person = queries.get_participant(get_customer().id, participant_id)
    return form_page("booking/edit_participant.html", form, person=person)


@blueprint.get("/konto/teilnehmende/<int:participant_id>")
@customer_only
def edit_participant(participant_id: int) -> Response:
    person = queries.get_participant(get_customer().id, participant_id)
    form = PersonForm(
        None,
        first_name=person.first_name,
        last_name=person.last_name,
        relation=person.relation,
        birth_date=format_day(person.birth_date) if person.birth_date else "",
    )
    return _edit(form, participant_id)


@blueprint.post("/konto/teilnehmende/<int:participant_id>")
@customer_only
def change_participant(participant_id: int) -> Response:
    form = PersonForm()
    if not form.validate():
        return _edit(form, participant_id)
    try:
        actions.change_participant(get_customer().id, participant_id, form.person)
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _edit(form, participant_id)
    flash("Die Änderungen sind gespeichert.", "success")
    return see_other("booking.list_participants")


@blueprint.post("/konto/teilnehmende/<int:participant_id>/loeschung")
@customer_only
def delete_participant(participant_id: int) -> Response:
    actions.delete_participant(get_customer().id, participant_id)
    flash("Die Person ist gelöscht.", "success")
    return see_other("booking.list_participants")
