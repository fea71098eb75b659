"""The office opens a way back into an account: link, new address, letter, second person."""

from datetime import timedelta

from flask import Response, current_app, flash, request

from kmz import clock
from kmz.accounts import staff_queries as customers
from kmz.accounts.current import get_staff
from kmz.errors import RefusedError
from kmz.recovery import rules, staff_queries
from kmz.recovery.actions import addresses, links
from kmz.recovery.forms import AddressChangeForm, LetterForm
from kmz.recovery.panel import panel_of
from kmz.recovery.staff_views import blueprint
from kmz.web.access import staff_only, staff_only_fresh
from kmz.web.pages import form_page, page, secret_page, see_other


def _lifetime() -> timedelta:
    return timedelta(hours=current_app.config["KMZ"].recovery_link_hours)


def _case_id(customer_id: int) -> int | None:
    """The case that the request belongs to, if it is about this customer."""
    text = request.values.get("fall", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        return None
    case = staff_queries.find_case_of(int(text), customer_id)
    return case.id if case else None


def _back(customer_id: int, case_id: int | None) -> Response:
    if case_id is not None:
        return see_other(".show_case", case_id=case_id)
    return see_other(".show_customer", customer_id=customer_id)


@blueprint.get("/kunden/<int:customer_id>/wiederherstellung")
@staff_only("office")
def show_customer(customer_id: int) -> Response:
    """Recovery without a case: somebody calls or stands in the office."""
    return page("recovery/admin/show_customer.html", panel=panel_of(customer_id), steps=rules.STEPS)


@blueprint.post("/kunden/<int:customer_id>/wiederherstellung/link")
@staff_only_fresh("office")
def send_link(customer_id: int) -> Response:
    customers.get_customer(customer_id)
    case_id = _case_id(customer_id)
    try:
        sent = links.request_link(
            customer_id, case_id=case_id, lifetime=_lifetime(), by=get_staff()
        )
    except RefusedError as refusal:
        for problem in refusal.problems:
            flash(problem.message, "error")
        return _back(customer_id, case_id)
    if sent:
        flash("Der Wiederherstellungslink ist unterwegs. Ältere gelten nicht mehr.", "success")
    else:
        flash("Der Link wartet auf die Freigabe durch eine zweite Person.", "info")
    return _back(customer_id, case_id)


@blueprint.get("/kunden/<int:customer_id>/wiederherstellung/adresse")
@staff_only_fresh("office")
def show_address(customer_id: int) -> Response:
    return _address_page(customer_id, AddressChangeForm())


def _address_page(customer_id: int, form: AddressChangeForm) -> Response:
    customer = customers.get_customer(customer_id)
    return form_page(
        "recovery/admin/show_address.html",
        form,
        customer=customer,
        profile=customer.profile,
        case_id=_case_id(customer_id),
    )


@blueprint.post("/kunden/<int:customer_id>/wiederherstellung/adresse")
@staff_only_fresh("office")
def change_address(customer_id: int) -> Response:
    customers.get_customer(customer_id)
    form, case_id = AddressChangeForm(), _case_id(customer_id)
    if not form.validate():
        return _address_page(customer_id, form)
    try:
        addresses.change_address(
            customer_id,
            new_email=form.email.data or "",
            reason=form.reason.data or "",
            identification=form.identification.data or [],
            lifetime=_lifetime(),
            case_id=case_id,
            by=get_staff(),
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _address_page(customer_id, form)
    flash(
        "Die neue Adresse gilt, sobald sie dort bestätigt wird. Die alte ist benachrichtigt.",
        "success",
    )
    return _back(customer_id, case_id)


@blueprint.get("/kunden/<int:customer_id>/wiederherstellung/brief")
@staff_only_fresh("office")
def show_letter(customer_id: int) -> Response:
    return _letter_page(customer_id, LetterForm())


def _letter_page(customer_id: int, form: LetterForm) -> Response:
    customer = customers.get_customer(customer_id)
    return form_page(
        "recovery/admin/show_letter.html",
        form,
        customer=customer,
        profile=customer.profile,
        case_id=_case_id(customer_id),
    )


@blueprint.post("/kunden/<int:customer_id>/wiederherstellung/brief")
@staff_only_fresh("office")
def write_letter(customer_id: int) -> Response:
    """The letter itself: shown in answer to the click and never again."""
    customer = customers.get_customer(customer_id)
    form, case_id = LetterForm(), _case_id(customer_id)
    if not form.validate():
        return _letter_page(customer_id, form)
    try:
        code = links.write_letter(
            customer_id,
            identification=form.identification.data or [],
            case_id=case_id,
            by=get_staff(),
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _letter_page(customer_id, form)
    customer = customers.get_customer(customer_id)
    letter = page(
        "recovery/admin/print_letter.html",
        customer=customer,
        profile=customer.profile,
        case_id=case_id,
        code=code,
        code_address=f"{current_app.config['KMZ'].public_url}/wiederherstellung/code",
        today=clock.today(),
        expires_at=clock.now() + rules.LETTER_LIFETIME,
    )
    return secret_page(letter)


@blueprint.post("/wiederherstellung/freigaben/<int:link_id>")
@staff_only_fresh("office")
def approve(link_id: int) -> Response:
    try:
        if links.approve_link(link_id, lifetime=_lifetime(), by=get_staff()):
            flash("Freigegeben, der Link ist unterwegs.", "success")
        else:
            flash("Darüber war schon entschieden.", "info")
    except RefusedError as refusal:
        for problem in refusal.problems:
            flash(problem.message, "error")
    return see_other(".list_cases")


@blueprint.post("/wiederherstellung/freigaben/<int:link_id>/ablehnung")
@staff_only("office")
def refuse(link_id: int) -> Response:
    if links.refuse_link(link_id, by=get_staff()):
        flash("Der Link wird nicht gesendet.", "success")
    else:
        flash("Darüber war schon entschieden.", "info")
    return see_other(".list_cases")
