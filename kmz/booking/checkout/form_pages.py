"""The Anmeldeformular as a page: what it asks, of whom, and what has to be there before."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, current_app, url_for
from werkzeug.datastructures import MultiDict

from kmz.accounts.current import current_customer, get_profile
from kmz.banking import queries as bank_queries
from kmz.banking.models import BankAccount
from kmz.booking import problems as booking_problems
from kmz.booking.checkout import problems, queries
from kmz.booking.checkout.drafted import DraftContent
from kmz.booking.checkout.form_entries import change_people, entries_of, partner_fields
from kmz.booking.checkout.forms import BookingForm, CustomerBookingForm, GuestBookingForm
from kmz.booking.checkout.summary import can_extend, held_until
from kmz.booking.models import BookingDraft
from kmz.booking.owner import cart_owner
from kmz.booking.people import queries as people_queries
from kmz.booking.rules import GUEST_CHOICES, MAX_ATTENDEES, Choice, people_to_choose
from kmz.catalog.models import Course
from kmz.catalog.rules import age_limit
from kmz.errors import Problem
from kmz.web.pages import form_page, problems_page, see_other

_CONCESSION_HINTS = {
    "full": "Bis wir Ihren Nachweis gesehen haben, gilt das volle Entgelt.",
    "reduced": "Bitte zeigen Sie uns Ihren Nachweis vor Kursbeginn.",
}


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A draft with its form and courses; whether it holds a seat that the Warteliste offered, and
    the version of the AGB now.
    """

    draft: BookingDraft
    form: BookingForm
    courses: Sequence[Course]
    has_offer: bool
    terms: str


def _what_is_missing(
    courses: Sequence[Course], content: DraftContent, accounts: Sequence[BankAccount]
) -> list[Problem]:
    """What a customer has to complete before the form makes sense (U17, U18)."""
    if not courses:
        return [problems.NOTHING_TO_BOOK]
    customer, config = current_customer(), current_app.config["KMZ"]
    if customer is None:
        return []
    only_way = config.payment_methods[0] if len(config.payment_methods) == 1 else ""
    chosen = content.payment_method if content.is_ready else only_way
    needs_account = problems.needs_bank_account(
        booking_problems.total_cents(courses), chosen, config.bank_account_required
    )
    profile = get_profile()
    return [
        *problems.age_problems(profile.birth_date),
        *problems.readiness_problems(
            customer.email, profile, lacks_account=needs_account and not accounts
        ),
    ]


def _people() -> dict[str, Choice]:
    customer = current_customer()
    if customer is None:
        return GUEST_CHOICES
    birth_date = get_profile().birth_date
    return people_to_choose(customer, birth_date, people_queries.participants_of(customer.id))


def _form(
    courses: Sequence[Course],
    content: DraftContent,
    account: str | None,
    accounts: Sequence[BankAccount],
    sent: MultiDict[str, str] | None,
) -> BookingForm:
    """The form with what was sent, or with what the draft knows."""
    customer, people = current_customer(), _people()
    kind = CustomerBookingForm if customer else GuestBookingForm
    if sent is not None:
        form = kind(sent)
        change_people(form, courses, sent)
    else:
        form = kind(None, data=partner_fields(content, json.loads(account) if account else None))
        for entry in entries_of(content, courses, people):
            form.participants.append_entry(entry)
    form.prepare(
        courses,
        people,
        queries.concession_reasons() if any(one.has_concession for one in courses) else [],
        can_keep=customer is not None,
        is_of_age=customer is not None and get_profile().birth_date is not None,
    )
    methods = current_app.config["KMZ"].payment_methods
    fee = booking_problems.total_cents(form.booked_courses or courses)
    form.prepare_payment(methods, accounts, fee=fee > 0)
    return form


def read_form(key: str, sent: MultiDict[str, str] | None = None) -> Response | OpenForm:
    """What stands behind a key, with what was `sent` or is known; or what is shown instead."""
    owner = cart_owner()
    opened = queries.get_opened(owner, key)
    if opened.is_booked:
        return see_other("booking.show_thanks", key=key)
    draft = opened.draft
    content = DraftContent.from_json(draft.content)
    courses = queries.form_courses(content.course_ids)
    accounts = bank_queries.bank_accounts_of(owner.customer_id) if owner.customer_id else []
    found = _what_is_missing(courses, content, accounts)
    if found:
        back = url_for("booking.show_form", key=key)
        return problems_page("booking/show_problems.html", found, back=back, goes_on=True)
    form = _form(courses, content, draft.account, accounts, sent)
    return OpenForm(draft, form, courses, has_offer=opened.has_offer, terms=opened.terms)


def form_answer(opened: OpenForm) -> Response:
    """The page of the form, 422 where something in it was refused."""
    draft, form, courses = opened.draft, opened.form, opened.courses
    customer = current_customer()
    config = current_app.config["KMZ"]
    holds = queries.holds_of(draft.id)
    by_slug, counted = {course.slug: course for course in courses}, Counter[str]()
    rows = []
    for entry in form.participants:
        slug = entry.form.course.data or ""
        counted[slug] += 1
        rows.append((entry, by_slug.get(slug), counted[slug]))
    order = {course.slug: place for place, course in enumerate(courses)}
    rows.sort(key=lambda row: order.get(row[0].form.course.data or "", len(order)))
    people = {course.id: counted[course.slug] for course in courses}
    return form_page(
        "booking/show_form.html",
        form,
        fragments=("form",),
        key=draft.key,
        courses=courses,
        rows=rows,
        ages={course.id: age_limit(course.min_age, course.max_age) for course in courses},
        customer=customer,
        profile=get_profile() if customer else None,
        people=people,
        most_people=MAX_ATTENDEES,
        total=sum((course.fee_cents or 0) * people[course.id] for course in courses),
        creditor=config,
        debit_offered="sepa_direct_debit" in config.payment_methods,
        concession_hint=_CONCESSION_HINTS[config.concession_before_proof],
        held_until=held_until(holds),
        can_extend=can_extend(holds),
        here=url_for("booking.show_form", key=draft.key),
    )
