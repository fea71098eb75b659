"""Teilnehmende Personen, and how old somebody has to be (domain.md 1.9, L09, L29)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerProfile
from kmz.audit.models import AuditEntry
from kmz.booking.models import Booking, BookingDraft, Participant
from kmz.booking.rules import MAX_PEOPLE, age_objection, age_on
from kmz.catalog.rules import age_limit
from kmz.db import db, transaction
from tests.booking.conftest import Buyer
from tests.factories import make_course
from tests.page import Page

PAGE = "/konto/teilnehmende"
MIA = {"first_name": "Mia", "last_name": "Beispiel", "relation": "child"}


def add(buyer: Buyer, **changes: str) -> Page:
    buyer.browser.open(PAGE)
    return buyer.browser.submit("Speichern", **{**MIA, **changes})


def people() -> list[Participant]:
    db.session.rollback()
    return list(db.session.scalars(select(Participant).order_by(Participant.id)))


def attendees() -> list[str]:
    db.session.rollback()
    return [booking.participant_name for booking in db.session.scalars(select(Booking))]


def test_a_person_is_added_changed_and_deleted(buyer: Buyer) -> None:
    page = add(buyer)
    assert "Mia Beispiel" in page.text
    assert "Kind" in page.text
    buyer.browser.click("Ändern: Mia Beispiel")
    buyer.browser.submit("Speichern", first_name="Mia Lou", birth_date="1.2.2019")
    (mia,) = people()
    assert (mia.first_name, mia.birth_date) == ("Mia Lou", date(2019, 2, 1))
    buyer.browser.submit("Löschen")
    assert people() == []
    about = select(AuditEntry).where(AuditEntry.object_kind == "participant")
    entries = db.session.scalars(about.order_by(AuditEntry.id))
    assert [(entry.action, entry.details) for entry in entries] == [
        ("participant.added", {}),
        ("participant.changed", {}),
        ("participant.deleted", {}),
    ]


def test_no_birth_date_is_asked_for_before_a_course_needs_it(buyer: Buyer) -> None:
    assert "birth_date" not in buyer.browser.open(PAGE).form(button="Speichern").names
    buyer.send(PAGE, **MIA, birth_date="01.02.2019")
    assert [person.birth_date for person in people()] == [None]
    buyer.start(make_course())
    assert "Geburtsdatum" not in buyer.browser.page.text


def test_the_same_name_stands_in_the_list_once(buyer: Buyer) -> None:
    add(buyer)
    page = add(buyer, first_name=" mia ")
    assert page.status == 422
    assert "steht schon in Ihrer Liste" in page.text
    assert len(people()) == 1


def test_the_list_has_an_end(buyer: Buyer) -> None:
    with transaction() as session:
        session.add_all(
            Participant(
                customer_id=buyer.customer.id,
                first_name=str(number),
                last_name="X",
                created_at=clock.now(),
            )
            for number in range(MAX_PEOPLE)
        )
    assert f"höchstens {MAX_PEOPLE}" in add(buyer).text
    assert len(people()) == MAX_PEOPLE


def test_foreign_people_are_not_found_nor_booked(buyer: Buyer, stranger: Buyer) -> None:
    add(buyer)
    (mia,) = people()
    number = mia.id
    assert stranger.browser.open(f"{PAGE}/{number}").status == 404
    stranger.browser.open(PAGE)
    assert stranger.send(f"{PAGE}/{number}", **MIA).status == 404
    stranger.browser.open(PAGE)
    assert stranger.send(f"{PAGE}/{number}/loeschung").status == 404
    assert "Mia" not in stranger.browser.open(PAGE).text
    course = make_course()
    stranger.start(course)
    refused = stranger.browser.submit(
        "Weiter zur Zusammenfassung", of_age="y", mandate="y", participants_0_who=str(number)
    )
    assert refused.status == 422
    assert not any(draft.content["is_ready"] for draft in db.session.scalars(select(BookingDraft)))
    assert len(people()) == 1


def test_a_kept_person_is_chosen_and_shown_again_when_the_form_is_changed(buyer: Buyer) -> None:
    add(buyer)
    (mia,) = people()
    number = str(mia.id)
    summary = buyer.fill_in(make_course(), participants_0_who=number)
    assert "Mia Beispiel" in buyer.browser.page.text
    buyer.browser.open(f"{summary}/formular")
    fields = dict(buyer.browser.page.form(button="Weiter").fields)
    assert fields["participants-0-who"] == number
    buyer.browser.open(summary)
    buyer.press()
    assert attendees() == ["Mia Beispiel"]


def test_another_person_is_kept_only_on_wish(buyer: Buyer) -> None:
    other = {
        "participants_0_who": "other",
        "participants_0_first_name": "Ben",
        "participants_0_last_name": "Beispiel",
    }
    buyer.fill_in(make_course(), **other)
    assert people() == []
    for _ in range(2):
        buyer.fill_in(make_course(), **other, participants_0_keep="y")
    assert [person.first_name for person in people()] == ["Ben"]


@pytest.mark.parametrize(
    ("born", "said"), [("01.02.2015", "Am ersten Kurstag (01.03.2030) ist die Person 15"), ("", "")]
)
def test_somebody_of_the_wrong_or_of_unknown_age_is_not_booked(
    buyer: Buyer, born: str, said: str
) -> None:
    course = make_course(min_age=6, max_age=12, starts_on=date(2030, 3, 1))
    buyer.fill_in(
        course,
        participants_0_who="other",
        participants_0_first_name="Ben",
        participants_0_last_name="Beispiel",
        participants_0_birth_date=born,
    )
    assert buyer.browser.page.status == 422
    assert "6–12 Jahre" in buyer.browser.page.text
    assert (said or "Bitte geben Sie das Geburtsdatum an") in buyer.browser.page.text
    assert not any(draft.content["is_ready"] for draft in db.session.scalars(select(BookingDraft)))


def test_leaving_the_person_out_of_the_form_does_not_leave_the_age_out(buyer: Buyer) -> None:
    course = make_course(min_age=60, fee_cents=0)
    address = buyer.start(course).path
    page = buyer.send(address, remark="", of_age="y")
    assert page.status == 422
    assert "Bitte wählen Sie, wer" in page.text


def test_a_birth_date_that_a_course_asked_for_is_kept_with_the_person(buyer: Buyer) -> None:
    add(buyer)
    (mia,) = people()
    course = make_course(max_age=12, starts_on=date(2030, 3, 1))
    number = str(mia.id)
    child = {"participants_0_who": number, "participants_0_guardian": "y"}
    summary = buyer.fill_in(course, **child, participants_0_birth_date="1.2.2019")
    assert [person.birth_date for person in people()] == [date(2019, 2, 1)]
    buyer.browser.open(f"{summary}/formular")
    assert dict(buyer.browser.page.form(button="Weiter").fields)["participants-0-who"] == number
    buyer.fill_in(course, **child)  # now it is known
    assert buyer.browser.page.status == 200


def test_the_own_birth_date_comes_from_the_profile(buyer: Buyer) -> None:
    course = make_course(min_age=18, starts_on=date(2030, 3, 1))
    buyer.fill_in(course)
    assert buyer.browser.page.status == 422
    with transaction() as session:
        session.get_one(CustomerProfile, buyer.customer.id).birth_date = date(1980, 12, 24)
    buyer.start(course)
    assert "volljährig" not in buyer.browser.page.text  # that is known now
    buyer.browser.submit("Weiter zur Zusammenfassung", mandate="y")
    buyer.press()
    assert attendees() == ["Andrea Beispiel"]


def test_the_course_page_says_for_whom_a_course_is(buyer: Buyer) -> None:
    course = make_course(min_age=6)
    page = buyer.browser.open(f"/kurs/{course.slug}")
    assert "Alter Ab 6 Jahren" in page.text


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ((6, None), "ab 6 Jahren"),
        ((None, 12), "bis 12 Jahre"),
        ((6, 12), "6–12 Jahre"),
        ((6, 6), "6 Jahre"),
        ((None, None), ""),
    ],
)
def test_an_age_limit_is_said_in_words(limits: tuple[int | None, int | None], said: str) -> None:
    assert age_limit(*limits) == said


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ((16, None), "Altersgrenze des Kurses: ab 16 Jahren."),
        ((None, 3), "Altersgrenze des Kurses: bis 3 Jahre."),
        ((6, 12), "Altersgrenze des Kurses: 6–12 Jahre."),
    ],
)
def test_a_limit_that_is_missed_is_not_said_as_the_age_of_the_course(
    limits: tuple[int | None, int | None], said: str
) -> None:
    least, most = limits
    found = age_objection(date(2020, 5, 1), date(2025, 5, 1), min_age=least, max_age=most)
    assert found == f"{said} Am ersten Kurstag (01.05.2025) ist die Person 5."


DAYS = st.dates(min_value=date(1920, 1, 1), max_value=date(2060, 12, 31))


@given(DAYS, DAYS)
def test_age_rises_by_one_on_the_birthday(born: date, day: date) -> None:
    if day < born:
        return
    age = age_on(day, born)
    assert 0 <= age == day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    assert age_objection(born, day, min_age=age, max_age=age) is None
    assert age_objection(born, day, min_age=age + 1, max_age=None) is not None
    assert age_objection(born, day, min_age=None, max_age=age - 1) is not None
