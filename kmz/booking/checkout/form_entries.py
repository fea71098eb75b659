"""The rows of people in the Anmeldeformular: from a draft, and one more or one less."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kmz.booking.checkout.drafted import NOBODY_YET, DraftContent, DraftLine
from kmz.booking.checkout.forms import BookingForm
from kmz.booking.rules import MAX_ATTENDEES, OTHER, SELF, Choice
from kmz.catalog.models import Course
from kmz.dates import format_day


def entries_of(
    content: DraftContent, courses: Sequence[Course], people: Mapping[str, Choice]
) -> list[dict[str, Any]]:
    """The rows of a form that is shown again, course by course. Who is not named yet is offered
    the next of the kept people.
    """
    rows = []
    for course in courses:
        lines = [line for line in content.lines if line.course_id == course.id]
        chosen = [_who(line, people) for line in lines]
        unused = (key for key in people if key not in {SELF, *chosen})
        for line, who in zip(lines, chosen, strict=True):
            is_named = line.person != NOBODY_YET
            rows.append(_entry(line, course, who if is_named else next(unused, OTHER)))
    return rows


def _who(line: DraftLine, people: Mapping[str, Choice]) -> str:
    person = line.person
    if person is None:
        return SELF
    return next((key for key, one in people.items() if one.name.key == person.key), OTHER)


def _entry(line: DraftLine, course: Course, who: str) -> dict[str, Any]:
    person = line.person
    return {
        "course": course.slug,
        "who": who,
        "first_name": person.first_name if person else "",
        "last_name": person.last_name if person else "",
        "birth_date": format_day(line.birth_date) if line.birth_date else "",
        "minor": line.is_minor,
        "guardian": line.is_minor,
        "concession": line.concession_id or 0,
    }


def partner_fields(content: DraftContent, account: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a guest typed before, by the names of the form's fields; the rest of a draft too."""
    values: dict[str, Any] = {
        "remark": content.remark,
        "payment": content.payment_method,
        "bank_account": content.bank_account_id,
        "of_age": content.is_ready,
    }
    if content.partner is not None:
        partner = asdict(content.partner)
        values |= partner
        values["partner_first_name"] = partner["first_name"]
        values["partner_last_name"] = partner["last_name"]
    return (
        values | {name: account[name] for name in ("account_holder", "iban")} if account else values
    )


def change_people(form: BookingForm, courses: Sequence[Course], sent: Mapping[str, str]) -> None:
    """One more person for a course ("mehr"), or one row less ("weniger"), as a button says."""
    rows = form.participants.entries
    slug, index = sent.get("mehr"), sent.get("weniger", "")
    form.only_changes_people = slug is not None or "weniger" in sent
    if slug in {course.slug for course in courses}:
        same = [row for row in rows if row.form.course.data == slug]
        if len(same) < MAX_ATTENDEES:
            form.participants.append_entry({"course": slug, "who": OTHER})
    elif index.isdecimal() and len(index) < 3 and len(rows) > 1:
        kept = [row for row in rows if row.name != f"participants-{int(index)}"]
        form.participants.entries = kept
