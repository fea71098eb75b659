"""The Anmeldeformular, the summary and the last click, for customers and guests."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, request

from kmz import clock
from kmz.accounts.current import current_customer, get_customer, get_profile
from kmz.banking import queries as bank_queries
from kmz.banking.models import BankAccount
from kmz.booking import problems as booking_problems
from kmz.booking.blueprints import blueprint
from kmz.booking.cart.badge import count_now
from kmz.booking.checkout import problems, queries
from kmz.booking.checkout.actions.book import book
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.checkout.agreed_texts import guest_key_of, terms_of
from kmz.booking.checkout.drafted import DraftContent, FilledForm
from kmz.booking.checkout.form_entries import change_people, entries_of, partner_fields
from kmz.booking.checkout.forms import BookingForm, CustomerBookingForm, FinalForm, GuestBookingForm
from kmz.booking.checkout.hold_terms import hold_terms
from kmz.booking.checkout.summary import can_extend, held_until, summary_of
from kmz.booking.models import BookingDraft
from kmz.booking.owner import cart_owner
from kmz.booking.people import queries as people_queries
from kmz.booking.queue.gate import make_room
from kmz.booking.rules import GUEST_CHOICES, CartOwner, Choice, people_to_choose
from kmz.booking.transfers import transfer_of
from kmz.booking.waitlist.entry_queries import offered_in_form
from kmz.catalog.models import Course
from kmz.catalog.rules import age_limit
from kmz.errors import Problem, RefusedError
from kmz.web.access import guest_or_customer
from kmz.web.limits import limiter, mail_limit
from kmz.web.pages import fills_main, form_page, next_page, page, problems_page, see_other
from kmz.web.returns import current_path

CONCESSION_HINTS = {
    "full": "Bis wir Ihren Nachweis gesehen haben, gilt das volle Entgelt.",
    "reduced": "Bitte zeigen Sie uns Ihren Nachweis vor Kursbeginn.",
}


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
) -> BookingForm:
    """The form with what was sent, or with what the draft knows."""
    customer, sent = current_customer(), request.method == "POST"
    people = _people()
    kind = CustomerBookingForm if customer else GuestBookingForm
    known = {} if sent else partner_fields(content, json.loads(account) if account else None)
    form = kind(request.form if sent else None, data=known)
    if sent:
        change_people(form, courses, request.form)
    else:
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
    form.prepare_payment(methods, accounts, fee=booking_problems.total_cents(courses) > 0)
    return form


def _form_page(draft: BookingDraft, form: BookingForm, courses: Sequence[Course]) -> Response:
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
        total=sum((course.fee_cents or 0) * people[course.id] for course in courses),
        creditor=config,
        debit_offered="sepa_direct_debit" in config.payment_methods,
        concession_hint=CONCESSION_HINTS[config.concession_before_proof],
        held_until=held_until(holds),
        can_extend=can_extend(holds),
        here=current_path(),
    )


def _opened(key: str) -> Response | tuple[BookingDraft, BookingForm, list[Course]]:
    """What stands behind a key: draft, form with what was sent or is known, and courses; or what
    is shown instead of it.
    """
    owner = cart_owner()
    draft, is_booked = queries.get_opened(owner, key)
    if is_booked:
        return see_other("booking.show_thanks", key=key)
    content = DraftContent.from_json(draft.content)
    courses = queries.form_courses(content.course_ids)
    accounts = bank_queries.bank_accounts_of(owner.customer_id) if owner.customer_id else []
    found = _what_is_missing(courses, content, accounts)
    if found:
        return problems_page("booking/show_problems.html", found, back=current_path())
    return draft, _form(courses, content, draft.account, accounts), courses


@blueprint.get("/buchen/<key>/formular")
@guest_or_customer
def show_form(key: str) -> Response:
    opened = _opened(key)
    return opened if isinstance(opened, Response) else _form_page(*opened)


@blueprint.post("/buchen/<key>/formular")
@guest_or_customer
def fill_in_form(key: str) -> Response:
    opened = _opened(key)
    if isinstance(opened, Response):
        return opened
    draft, form, courses = opened
    if form.only_changes_people or not form.validate():
        return _form_page(draft, form, courses)
    return _save(draft, form, courses)


def _save(draft: BookingDraft, form: BookingForm, courses: Sequence[Course]) -> Response:
    owner, key, content = cart_owner(), draft.key, form.content()
    filled = FilledForm(draft.id, content, form.typed_account(), clock.now())
    partner = content.partner or get_customer()
    found = problems.duplicate_problems(
        owner.customer_id, content, partner, guest_key=guest_key_of(content)
    )
    offered = offered_in_form(draft.id)
    found += problems.offer_problems(offered, content, partner)
    if found:
        form.add_problems(found)
        return _form_page(draft, form, courses)
    people = form.people_to_keep() if owner.customer_id else []
    try:
        save_draft(
            owner,
            content,
            key=key,
            account=filled.account,
            saved_at=filled.saved_at,
            people=people,
            holding=hold_terms(owner),
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _form_page(draft, form, courses)
    if fills_main():
        summary = _summary(key, owner, filled, FinalForm(None))
        return next_page("booking.show_summary", summary, key=key)
    return see_other("booking.show_summary", key=key)


def _summary(
    key: str,
    owner: CartOwner,
    filled: FilledForm,
    form: FinalForm,
    found: Sequence[Problem] = (),
) -> Response:
    summary = summary_of(filled, owner)
    form.total.data, form.shown.data = str(summary.total), summary.mark
    if not summary.asks_early_start:
        del form.early_start
    return page(
        "booking/show_summary.html",
        status=422 if found or form.has_errors else 200,
        key=key,
        form=form,
        problems=list(found),
        summary=summary,
    )


@blueprint.get("/buchen/<key>")
@guest_or_customer
def show_summary(key: str) -> Response:
    owner = cart_owner()
    filled = _filled(owner, key)
    return filled if isinstance(filled, Response) else _summary(key, owner, filled, FinalForm())


def _filled(owner: CartOwner, key: str) -> Response | FilledForm:
    """The form behind a key; where to go instead when it is booked, or not filled in yet."""
    draft, is_booked = queries.get_opened(owner, key)
    if is_booked:
        return see_other("booking.show_thanks", key=key)
    content = DraftContent.from_json(draft.content)
    if not content.is_ready:
        return see_other("booking.show_form", key=key)
    return FilledForm(draft.id, content, draft.account, draft.changed_at)


@blueprint.post("/buchen/<key>")
@guest_or_customer
@limiter.limit(mail_limit, exempt_when=lambda: current_customer() is not None)
def book_now(key: str) -> Response:
    form, owner = FinalForm(), cart_owner()
    filled = _filled(owner, key)
    if isinstance(filled, Response):
        return filled
    if not form.validate():
        return _summary(key, owner, filled, form)
    terms = terms_of(
        filled.content,
        shown_total=form.shown_total,
        shown=form.shown.data or "",
        early_start=bool(form.early_start.data),
    )
    try:
        book(owner, key, terms)
    except RefusedError as refusal:
        return _summary(key, owner, filled, form, refusal.problems)
    make_room()
    if fills_main():
        return next_page(
            "booking.show_thanks", _thanks(owner, key, cart_count=count_now()), key=key
        )
    return see_other("booking.show_thanks", key=key)


@blueprint.get("/buchen/<key>/danke")
@guest_or_customer
def show_thanks(key: str) -> Response:
    return _thanks(cart_owner(), key)


def _thanks(owner: CartOwner, key: str, **context: Any) -> Response:
    booked = queries.get_request(owner, key)
    return page(
        "booking/show_thanks.html",
        request_=booked,
        email=booked.email,
        transfer=transfer_of(booked, booked.bookings),
        **context,
    )
