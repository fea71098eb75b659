"""KONTAKT as pages: the form, the thanks, and a customer's own questions."""

import re
from typing import Any

from flask import Blueprint, Response, current_app, request

from kmz.accounts.current import current_customer, get_customer
from kmz.accounts.models import CustomerAccount
from kmz.accounts.queries import profile_of
from kmz.booking.queries import has_request
from kmz.catalog.models import Course, ProgramArea
from kmz.catalog.queries import all_areas
from kmz.contact import queries
from kmz.contact.actions.requests import Question, ask
from kmz.contact.forms import ContactForm, opened_now
from kmz.contact.persons import ShownPerson, person_for, shown
from kmz.contact.rules import CALLBACK_WINDOWS
from kmz.content.placeholders import fill_html, fill_line, values_of
from kmz.content.queries import current_text
from kmz.errors import RefusedError
from kmz.web.access import customer_only, public
from kmz.web.forms import choice, clean
from kmz.web.limits import limiter, mail_limit
from kmz.web.pages import form_page, page, see_other

blueprint = Blueprint("contact", __name__)

_REFERENCE = re.compile(r"A-[0-9A-Z]{4}-[0-9A-Z]{4}")


@blueprint.get("/kontakt")
@public
def show_contact() -> Response:
    areas = all_areas()
    course = _course(request.args.get("kurs"))
    values: dict[str, Any] = {
        "opened": opened_now(),
        "kurs": course.slug if course else "",
        "vorgang": _own_reference(request.args.get("vorgang")),
        "area_id": _top(course.program_area if course else None),
        **_known(_person()),
    }
    form = ContactForm(None, **values)
    return _page(form, areas, course)


@blueprint.post("/kontakt")
@public
@limiter.limit(mail_limit)
def send_request() -> Response:
    areas, form = all_areas(), ContactForm()
    course = _course(form.kurs.data)
    _offer_areas(form, areas)
    if not form.validate():
        return _page(form, areas, course)
    try:
        reference = ask(_question(form, course), customer=_person())
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _page(form, areas, course)
    return see_other(".show_sent", vorgang=reference)


def _question(form: ContactForm, course: Course | None) -> Question:
    return Question(
        name=form.name.data or "",
        email=form.email.data or "",
        message=form.message.data or "",
        phone=form.phone.data or "",
        callback_window=form.wanted_window,
        area_id=form.wanted_area,
        course=course,
        booking_reference=_own_reference(form.vorgang.data),
    )


@blueprint.get("/kontakt/gesendet")
@public
def show_sent() -> Response:
    reference = request.args.get("vorgang", "")
    known = reference if _REFERENCE.fullmatch(reference) else ""
    return page("contact/show_sent.html", reference=known)


@blueprint.get("/konto/anfragen")
@customer_only
def list_requests() -> Response:
    found = queries.requests_of(get_customer().id)
    return page("contact/list_requests.html", requests=found, windows=CALLBACK_WINDOWS)


def _page(form: ContactForm, areas: list[ProgramArea], course: Course | None) -> Response:
    _offer_areas(form, areas)
    text = current_text("contact")
    values = values_of(current_app.config["KMZ"])
    house, persons = _house(), queries.all_persons()
    chosen = next((area for area in areas if str(area.id) == form.area_id.data), None)
    return form_page(
        "contact/show_contact.html",
        form,
        title=fill_line(text.title, values),
        body=fill_html(text.body_html, values),
        changed_at=text.changed_at,
        course=course,
        reference=_own_reference(form.vorgang.data),
        person=person_for(course.program_area if course else chosen, persons, house=house),
        persons=[shown(person, house=house) for person in persons if person.program_area],
    )


def _offer_areas(form: ContactForm, areas: list[ProgramArea]) -> None:
    tops = [area for area in areas if area.parent_id is None]
    form.area_id.choices = [
        choice("", "keine Angabe"),
        *(choice(str(area.id), area.name) for area in tops),
    ]


def _top(area: ProgramArea | None) -> str:
    """The Programmbereich of an area, as a value of the form."""
    return str(area.parent_id or area.id) if area else ""


def _course(slug: str | None) -> Course | None:
    wanted = clean(slug)[:100]
    return queries.find_course(wanted) if wanted and "\x00" not in wanted else None


def _own_reference(text: str | None) -> str:
    """The Vorgang if it is one of the customer's; somebody else's is as good as none."""
    wanted, customer = clean(text)[:30], _person()
    if not wanted or "\x00" in wanted or customer is None:
        return ""
    return wanted if has_request(customer.id, wanted) else ""


def _person() -> CustomerAccount | None:
    """The customer who asks; whoever uses a login that a school shares asks as a visitor."""
    customer = current_customer()
    return None if customer is None or customer.shared else customer


def _known(customer: CustomerAccount | None) -> dict[str, str]:
    """What a customer need not type again (WCAG 3.3.7)."""
    if customer is None:
        return {}
    profile = profile_of(customer.id)
    return {
        "name": customer.full_name,
        "email": customer.email,
        "phone": profile.phone or profile.mobile,
    }


def _house() -> ShownPerson:
    config = current_app.config["KMZ"]
    return ShownPerson(
        name="unsere Kundenbetreuung",
        role="",
        email=config.support_email,
        phone=config.support_phone,
        hours="",
        area="",
    )
