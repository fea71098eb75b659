"""The office's pages for schools and their accounts, mounted under /verwaltung."""

from datetime import datetime

from flask import Blueprint, Response, current_app, flash

from kmz import clock
from kmz.accounts import rules, school_queries
from kmz.accounts.actions import schools
from kmz.accounts.actions.initial_passwords import give_initial_password
from kmz.accounts.current import get_staff
from kmz.accounts.forms import InitialPasswordForm, SchoolAccountForm, SchoolForm
from kmz.accounts.models import CustomerAccount, School
from kmz.crypto import new_readable_password
from kmz.errors import RefusedError
from kmz.mail.rendering import public_link
from kmz.web.access import staff_only, staff_only_fresh
from kmz.web.pages import form_page, page, see_other
from kmz.web.paging import page_count, wanted_page, wanted_words

blueprint = Blueprint("staff_schools", __name__)

_CHANGE = "Schule ändern"


@blueprint.get("/schulen")
@staff_only("office")
def list_schools() -> Response:
    words, number = wanted_words(), wanted_page()
    found, total = school_queries.list_schools(words=words, page=number)
    return page(
        "accounts/admin/list_schools.html",
        fragments=("schools",),
        schools=found,
        total=total,
        words=words,
        number=number,
        page_count=page_count(total, school_queries.PAGE_SIZE),
    )


def _school_form_page(form: SchoolForm, heading: str = "Neue Schule") -> Response:
    return form_page("accounts/admin/edit_school.html", form, heading=heading)


@blueprint.get("/schulen/neu")
@staff_only("office")
def new_school() -> Response:
    return _school_form_page(SchoolForm())


@blueprint.post("/schulen/neu")
@staff_only("office")
def create_school() -> Response:
    form = SchoolForm()
    if not form.validate():
        return _school_form_page(form)
    try:
        school = schools.create_school(form.school_data, by=get_staff())
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _school_form_page(form)
    flash("Die Schule ist angelegt.", "success")
    return see_other("staff_schools.show_school", school_id=school.id)


@blueprint.get("/schulen/<int:school_id>")
@staff_only("office")
def show_school(school_id: int) -> Response:
    school = school_queries.get_school(school_id)
    return page(
        "accounts/admin/show_school.html",
        school=school,
        accounts=school_queries.accounts_of(school_id),
    )


@blueprint.get("/schulen/<int:school_id>/aendern")
@staff_only("office")
def edit_school(school_id: int) -> Response:
    school = school_queries.get_school(school_id)
    return _school_form_page(SchoolForm(None, obj=school), _CHANGE)


@blueprint.post("/schulen/<int:school_id>/aendern")
@staff_only("office")
def save_school(school_id: int) -> Response:
    school, form = school_queries.get_school(school_id), SchoolForm()
    if not form.validate():
        return _school_form_page(form, _CHANGE)
    try:
        schools.change_school(school.id, form.school_data, by=get_staff())
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _school_form_page(form, _CHANGE)
    flash("Die Daten der Schule sind gespeichert.", "success")
    return see_other("staff_schools.show_school", school_id=school_id)


@blueprint.post("/schulen/<int:school_id>/sperre")
@staff_only("office")
def disable_school(school_id: int) -> Response:
    schools.disable_school(school_queries.get_school(school_id).id, by=get_staff())
    flash("Die Anmeldung mit dieser Schulnummer ist gesperrt.", "success")
    return see_other("staff_schools.show_school", school_id=school_id)


@blueprint.post("/schulen/<int:school_id>/entsperrung")
@staff_only("office")
def enable_school(school_id: int) -> Response:
    schools.enable_school(school_queries.get_school(school_id).id, by=get_staff())
    flash("Die Anmeldung mit dieser Schulnummer ist wieder frei.", "success")
    return see_other("staff_schools.show_school", school_id=school_id)


def _account_form_page(form: SchoolAccountForm, school: School) -> Response:
    return form_page("accounts/admin/edit_school_account.html", form, school=school)


@blueprint.get("/schulen/<int:school_id>/zugaenge/neu")
@staff_only_fresh("office")
def new_account(school_id: int) -> Response:
    return _account_form_page(SchoolAccountForm(), school_queries.get_school(school_id))


@blueprint.post("/schulen/<int:school_id>/zugaenge/neu")
@staff_only_fresh("office")
def create_account(school_id: int) -> Response:
    """Sent twice, it makes one account: the second finds the user name taken."""
    school, form = school_queries.get_school(school_id), SchoolAccountForm()
    if not form.validate():
        return _account_form_page(form, school)
    password = new_readable_password()
    try:
        customer = schools.create_school_account(
            school_id,
            form.account_data,
            password_hash=current_app.extensions["kmz_passwords"].hash(password),
            by=get_staff(),
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _account_form_page(form, school)
    return _handout(school_queries.get_school(school_id), customer, password)


@blueprint.post("/schulen/<int:school_id>/zugaenge/<int:customer_id>/startpasswort")
@staff_only_fresh("office")
def give_password(school_id: int, customer_id: int) -> Response:
    """Sent twice, it makes one password: the second finds it newer than the form."""
    customer, form = school_queries.get_account(school_id, customer_id), InitialPasswordForm()
    password = new_readable_password()
    try:
        give_initial_password(
            customer.id,
            password_hash=current_app.extensions["kmz_passwords"].hash(password),
            instead_of=_moment(form.instead_of.data),
            by=get_staff(),
        )
    except RefusedError as refusal:
        flash(refusal.problems[0].message, "error")
        return see_other("staff_schools.show_school", school_id=school_id)
    return _handout(school_queries.get_school(school_id), customer, password)


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        return None


def _handout(school: School, customer: CustomerAccount, password: str) -> Response:
    """The sheet for the person: the only time that the password is shown, and nowhere kept."""
    response = page(
        "accounts/admin/show_handout.html",
        school=school,
        customer=customer,
        password=password,
        login_url=public_link("/login"),
        valid_until=clock.now() + rules.INITIAL_PASSWORD_LIFETIME,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
