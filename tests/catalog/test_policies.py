"""Stornobedingungen of the office, and the Widerrufsrecht of a course (domain.md 1.8, L12)."""

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.booking.office.decisions import confirm_bookings
from kmz.catalog.models import CancellationPolicy, Course
from kmz.catalog.policy_lines import read_steps, steps_problem, write_steps
from kmz.catalog.rules import NO_WITHDRAWAL
from kmz.db import db
from kmz.mail.models import OutgoingMail
from tests.factories import (
    make_bank_account,
    make_course,
    make_customer,
    make_request,
    make_staff,
)
from tests.page import Browser
from tests.steps import log_in_staff

LINES = "14: 5,00\N{NO-BREAK SPACE}€\n7: 50 % + 5,00\N{NO-BREAK SPACE}€\n2: 100 %"


@pytest.fixture
def office(browser_: Browser) -> Browser:
    make_staff(email="buero@example.org")
    log_in_staff(browser_, "buero@example.org")
    return browser_


def policies() -> list[CancellationPolicy]:
    db.session.rollback()
    query = select(CancellationPolicy).order_by(CancellationPolicy.id)
    return list(db.session.scalars(query))


def test_lines_become_steps_and_lines_again() -> None:
    steps = read_steps("2: 100%\n7: 50 % + 5 €\n14: 5,00 €\n")
    assert [step["days"] for step in steps] == [14, 7, 2]
    assert write_steps(steps) == LINES
    assert read_steps(LINES) == steps


@pytest.mark.parametrize(
    "text", ["7", "7:", "x: 5 €", "7: 101 %", "7: 5\n7: 6", "999: 5", "7: 5 $"]
)
def test_nonsense_is_no_step(text: str) -> None:
    assert steps_problem(text)


def test_one_policy_is_the_default(office: Browser) -> None:
    for name in ("Kurz", "Lang"):
        office.open("/verwaltung/stornobedingungen/neu")
        office.submit("Speichern", name=name, steps=LINES, is_default="y")
    assert [(p.name, p.is_default) for p in policies()] == [("Kurz", False), ("Lang", True)]
    office.open("/verwaltung/stornobedingungen/neu")
    page = office.submit("Speichern", name="Kurz", steps="nichts")
    assert page.status == 422
    assert ("steps", "nichts") in page.form(button="Speichern").fields
    assert "gibt es schon" in office.submit("Speichern", steps="").text


def test_a_course_gets_its_policy_and_loses_it_with_the_policy(office: Browser) -> None:
    course = make_course()
    office.open("/verwaltung/stornobedingungen/neu")
    office.submit("Speichern", name="Kurz", steps=LINES)
    (policy,) = policies()
    office.open(f"/verwaltung/kurse/{course.id}")
    office.submit("Speichern", policy=str(policy.id))
    db.session.rollback()
    assert db.session.scalars(select(Course.cancellation_policy_id)).one() == policy.id
    office.open("/verwaltung/stornobedingungen")
    office.submit("Löschen")
    db.session.rollback()
    assert db.session.scalars(select(Course.cancellation_policy_id)).one() is None


def test_the_right_is_only_excluded_with_a_reason_and_everybody_is_told(
    app: Flask, office: Browser
) -> None:
    course, customer = make_course(), make_customer()
    office.open(f"/verwaltung/kurse/{course.id}")
    assert office.submit("Speichern", withdrawal_right="excluded").status == 422
    office.submit("Speichern", withdrawal_reason="Studienreise")
    assert NO_WITHDRAWAL in Browser(app.test_client()).open(f"/kurs/{course.slug}").text
    make_bank_account(customer)
    booking = make_request(customer, db.session.get_one(Course, course.id)).bookings[0].id
    confirm_bookings([booking], by=make_staff())
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M09")).one()
    assert NO_WITHDRAWAL in mail.text
    assert "ohne Angabe von Gründen widerrufen" not in mail.text
