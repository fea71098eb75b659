"""The Anmeldeformular, the summary and the last click."""

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, request

from kmz.accounts.current import get_customer
from kmz.accounts.queries import profile_of
from kmz.banking import queries as bank_queries
from kmz.banking.rules import MANDATE_TEXT_VERSION
from kmz.booking import problems, queries, rules
from kmz.booking.actions.checkout import Terms, book
from kmz.booking.actions.drafts import content_of, save_draft
from kmz.booking.cart_owner import cart_owner
from kmz.booking.forms import BookingForm, FinalForm
from kmz.booking.rules import OTHER, SELF, DraftContent
from kmz.catalog.models import Course
from kmz.catalog.queries import get_published_course
from kmz.catalog.rules import age_limit
from kmz.content.queries import terms_version
from kmz.dates import format_day
from kmz.errors import Problem, RefusedError
from kmz.web.access import customer_only
from kmz.web.pages import form_page, page, problems_page, see_other
from kmz.web.returns import current_path

blueprint = Blueprint("booking", __name__)


def _chosen_courses() -> list[Course]:
    """The one course of a Direktbuchung, or those in the cart."""
    slug = request.values.get("kurs", "").replace("\x00", "")
    if slug:
        return queries.courses_by_id([get_published_course(slug).id])
    return queries.cart_courses(cart_owner())


def _what_is_missing(courses: Sequence[Course]) -> list[Problem]:
    if not courses:
        return [problems.NOTHING_TO_BOOK]
    required = current_app.config["KMZ"].bank_account_required
    customer = get_customer()
    return problems.course_problems(courses) or problems.readiness_problems(
        customer.email, profile_of(customer.id), courses, bank_account_required=required
    )


def _refusal(found: list[Problem], *, back: str) -> Response:
    """What is missing, as a list with links that lead back to this booking (U17, U18)."""
    return problems_page("booking/show_problems.html", found, back=back)


def _form(courses: Sequence[Course], content: DraftContent | None = None) -> BookingForm:
    customer = get_customer()
    form = BookingForm(request.form if request.method == "POST" else None)
    people = rules.people_to_choose(
        customer, profile_of(customer.id).birth_date, queries.participants_of(customer.id)
    )
    if request.method != "POST":
        for course in courses:
            form.participants.append_entry(_entry(course, content, people))
        if content is not None:
            form.remark.data = content.remark
            form.bank_account.data = content.bank_account_id
    accounts = bank_queries.bank_accounts_of(customer.id)
    form.prepare(courses, people, accounts, fee=problems.total_cents(courses) > 0)
    return form


def _entry(
    course: Course, content: DraftContent | None, people: dict[str, rules.Choice]
) -> dict[str, str]:
    person = content.participants.get(course.id) if content else None
    if content is None or person is None:
        return {"course": course.slug, "who": SELF}
    born = content.birth_dates.get(course.id)
    return {
        "course": course.slug,
        "who": next((key for key, one in people.items() if one.name.key == person.key), OTHER),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "birth_date": format_day(born) if born else "",
    }


def _form_page(form: BookingForm, courses: Sequence[Course], action: str) -> Response:
    customer = get_customer()
    return form_page(
        "booking/show_form.html",
        form,
        courses=courses,
        by_slug={course.slug: course for course in courses},
        ages={course.id: age_limit(course.min_age, course.max_age) for course in courses},
        customer=customer,
        profile=profile_of(customer.id),
        total=problems.total_cents(courses),
        action=action,
        creditor=current_app.config["KMZ"],
        here=current_path(),
    )


@blueprint.get("/buchen")
@customer_only
def show_form() -> Response:
    courses = _chosen_courses()
    found = _what_is_missing(courses)
    if found:
        return _refusal(found, back=current_path())
    return _form_page(_form(courses), courses, current_path())


@blueprint.post("/buchen")
@customer_only
def fill_in_form() -> Response:
    return _save(_chosen_courses(), key=None)


@blueprint.get("/buchen/<key>/aendern")
@customer_only
def show_draft_form(key: str) -> Response:
    draft = queries.get_draft(get_customer().id, key)
    content = content_of(draft)
    courses = queries.courses_by_id(content.course_ids)
    return _form_page(_form(courses, content), courses, current_path())


@blueprint.post("/buchen/<key>/aendern")
@customer_only
def change_draft(key: str) -> Response:
    draft = queries.get_draft(get_customer().id, key)
    return _save(queries.courses_by_id(content_of(draft).course_ids), key=key)


def _save(courses: list[Course], *, key: str | None) -> Response:
    found = _what_is_missing(courses)
    if found:
        return _refusal(found, back=current_path())
    form, customer = _form(courses), get_customer()
    if not form.validate():
        return _form_page(form, courses, current_path())
    content = form.content()
    duplicates = problems.duplicate_problems(customer.id, content)
    if duplicates:
        form.add_problems(duplicates)
        return _form_page(form, courses, current_path())
    try:
        draft = save_draft(customer.id, content, key=key, people=form.people_to_keep())
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _form_page(form, courses, current_path())
    return see_other("booking.show_summary", key=draft.key)


def _summary(key: str, form: FinalForm, found: Sequence[Problem] = ()) -> Response:
    customer = get_customer()
    content = content_of(queries.get_draft(customer.id, key))
    courses = queries.courses_by_id(content.course_ids)
    total = problems.total_cents(courses)
    account = None
    if total and content.bank_account_id is not None:
        account = bank_queries.find_bank_account(customer.id, content.bank_account_id)
    form.total.data = str(total)
    return page(
        "booking/show_summary.html",
        status=422 if found or form.has_errors else 200,
        key=key,
        form=form,
        problems=list(found),
        courses=courses,
        people=content.participants,
        remark=content.remark,
        customer=customer,
        profile=profile_of(customer.id),
        account=account,
        total=total,
        button=rules.button_label(total),
    )


@blueprint.get("/buchen/<key>")
@customer_only
def show_summary(key: str) -> Response:
    if queries.find_request(get_customer().id, key):
        return see_other("booking.show_thanks", key=key)
    return _summary(key, FinalForm())


@blueprint.post("/buchen/<key>")
@customer_only
def book_now(key: str) -> Response:
    form, customer, config = FinalForm(), get_customer(), current_app.config["KMZ"]
    if queries.find_request(customer.id, key):
        return see_other("booking.show_thanks", key=key)
    if not form.validate():
        return _summary(key, form)
    terms = Terms(
        shown_total=form.shown_total,
        texts={"terms": terms_version(), "mandate": MANDATE_TEXT_VERSION},
        creditor_id=config.creditor_id,
        bank_account_required=config.bank_account_required,
    )
    try:
        book(customer.id, key, terms)
    except RefusedError as refusal:
        return _summary(key, form, refusal.problems)
    return see_other("booking.show_thanks", key=key)


@blueprint.get("/buchen/<key>/danke")
@customer_only
def show_thanks(key: str) -> Response:
    customer = get_customer()
    return page(
        "booking/show_thanks.html",
        request_=queries.get_request(customer.id, key),
        email=customer.email,
    )
