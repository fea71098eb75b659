"""The Warteliste as people meet it: joining, seeing the place, leaving; the office's page."""

from datetime import timedelta

import pytest
from flask import Flask

from kmz import clock
from kmz.audit.models import AuditEntry
from kmz.booking.models import SeatHold
from kmz.booking.people.actions import add_participant
from kmz.booking.rules import ParticipantName, PersonData
from kmz.catalog.models import Semester
from kmz.customer_area.actions.closing import close_account
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.booking.conftest import Buyer, count_mails
from tests.booking.waiting import (
    assert_sums,
    counters,
    entries,
    free_a_seat,
    join_as_guest,
    make_full_course,
    states,
    wait_for,
)
from tests.factories import (
    make_course,
    make_request,
    make_school,
    make_school_customer,
    make_staff,
)
from tests.page import Browser
from tests.steps import log_in_by_school, log_in_staff, send

BUTTON = "Auf die Warteliste setzen"
GUEST = "gast@example.org"


@pytest.fixture
def office(app: Flask) -> Browser:
    browser, staff = Browser(app.test_client()), make_staff()
    log_in_staff(browser, staff.email)
    return browser


def last_mail(kind: str) -> OutgoingMail:
    db.session.rollback()
    return db.session.query(OutgoingMail).filter_by(kind=kind).order_by(OutgoingMail.id.desc())[0]


def test_the_button_stands_at_full_courses_with_a_list_only(browser_: Browser) -> None:
    full, without, free = make_full_course(), make_full_course(waitlist_open=False), make_course()
    assert BUTTON in browser_.open(f"/kurs/{full.slug}").text
    assert BUTTON not in browser_.open(f"/kurs/{without.slug}").text
    assert BUTTON not in browser_.open(f"/kurs/{free.slug}").text


def test_who_waits_elsewhere_is_counted_too(buyer: Buyer) -> None:
    alone, busy = make_full_course(), make_full_course(external_waiting=9)
    wait_for(busy)
    page = buyer.browser.open(f"/kurs/{alone.slug}/warteliste")
    assert "Noch wartet niemand auf einen Platz." in page.text
    page = buyer.browser.open(f"/kurs/{busy.slug}/warteliste")
    assert "10 Personen warten schon auf einen Platz." in page.text


def test_a_customer_waits_sees_the_place_and_leaves_with_one_click(buyer: Buyer) -> None:
    course, browser = make_full_course(), buyer.browser
    wait_for(course)
    browser.open(f"/kurs/{course.slug}")
    page = browser.click(BUTTON)
    assert "kostenfrei und unverbindlich" in page.text
    assert "Bankverbindung brauchen Sie dafür nicht" in page.text
    (button,) = page.form(button=BUTTON).buttons
    assert button["_text"] == BUTTON  # exactly (L01)
    page = browser.submit(BUTTON)
    assert page.path == "/konto/warteliste"
    assert "Platz 2 von 2" in page.text
    assert "das ist noch keine anmeldung" in last_mail("M11").text.lower()
    browser.submit("Warteliste verlassen")
    assert "Sie warten auf keinen Platz" in browser.page.text
    assert (states(course), counters(course)) == (["waiting", "left"], (2, 0, 1))


def test_a_family_waits_for_two_seats_in_the_order_of_the_form(buyer: Buyer) -> None:
    course = make_full_course()
    child = PersonData(ParticipantName("Ida", "Beispiel"))
    add_participant(buyer.customer.id, child)
    browser = buyer.browser
    browser.open(f"/kurs/{course.slug}/warteliste")
    refused = browser.submit(BUTTON)
    assert refused.status == 422
    assert "Bitte wählen Sie, wer auf die Warteliste soll." in refused.text
    buyer.send(f"/kurs/{course.slug}/warteliste", people=["self", "1"])
    assert [entry.participant_first_name for entry in entries(course)] == ["Andrea", "Ida"]
    again = buyer.send(f"/kurs/{course.slug}/warteliste", people=["1"])
    assert "steht für" in again.text
    assert len(entries(course)) == 2


def test_who_is_booked_in_the_course_does_not_wait_for_it(buyer: Buyer) -> None:
    course = make_course(max_participants=1, waitlist_open=True, fee_cents=0)
    make_request(buyer.customer, course)
    buyer.browser.open(f"/kurs/{course.slug}/warteliste")
    refused = buyer.browser.submit(BUTTON)
    assert refused.status == 422
    assert "ist für diesen Kurs bereits angemeldet" in refused.text
    assert entries(course) == []


def test_age_limits_hold_on_the_list_too(browser_: Browser) -> None:
    course = make_full_course(min_age=6, max_age=12)
    missing = join_as_guest(browser_, course, GUEST)
    assert "Uns fehlt das Geburtsdatum von Nora Neu" in missing.text
    assert "ist 6–12 Jahre" in join_as_guest(browser_, course, GUEST, birth_date="1.1.1990").text
    assert entries(course) == []
    young = clock.today() - timedelta(days=365 * 8)
    join_as_guest(browser_, course, GUEST, birth_date=f"{young:%d.%m.%Y}")
    assert len(entries(course)) == 1


def test_a_guest_gets_the_same_answer_whether_known_or_not(browser_: Browser) -> None:
    course = make_full_course()
    first = join_as_guest(browser_, course, GUEST)
    again = join_as_guest(browser_, course, GUEST)
    assert first.headings == again.headings == ["Ihr Wunsch ist eingegangen"]
    assert first.text == again.text
    assert len(entries(course)) == 1
    for _ in range(9):
        join_as_guest(browser_, course, GUEST)
    assert count_mails("M11") == 5  # nobody's mailbox is filled


def test_a_guest_sees_the_place_behind_the_link_only(browser_: Browser) -> None:
    course = make_full_course()
    join_as_guest(browser_, course, GUEST)
    link = last_mail("M11").text.partition("http://localhost")[2].split()[0]
    page = browser_.open(link)
    assert "Platz 1 von 1" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert browser_.open("/warteliste/" + "0" * 64).status == 404


def test_other_peoples_places_cannot_be_left(buyer: Buyer, stranger: Buyer) -> None:
    course = make_full_course()
    wait_for(course, customer=buyer.customer)
    stranger.browser.open("/konto/warteliste")
    assert stranger.send(f"/konto/warteliste/{entries(course)[0].id}/ende").status == 404
    assert states(course) == ["waiting"]


def test_one_of_several_parallel_courses_will_do(buyer: Buyer) -> None:
    with transaction() as session:
        semester = Semester(code="271", name="Frühjahr")
        session.add(semester)
        session.flush()
        in_spring = {"title": "Yoga am Abend", "semester_id": semester.id}
    monday, friday = make_full_course(**in_spring), make_full_course(**in_spring)
    free = make_course(**in_spring)
    page = buyer.browser.open(f"/kurs/{monday.slug}/warteliste")
    assert friday.number in page.text
    assert free.number not in page.text
    assert "others" not in dict(page.form(button=BUTTON).fields)  # nothing is ticked
    buyer.browser.submit(BUTTON, others=str(friday.id))
    assert (states(monday), states(friday)) == (["waiting"], ["waiting"])
    assert len({entry.group_key for entry in entries()}) == 1
    assert "einen von 2 Kursen" in last_mail("M11").text


def test_a_course_with_seats_sends_people_to_its_page(browser_: Browser) -> None:
    course = make_course(waitlist_open=True)
    page = browser_.open(f"/kurs/{course.slug}/warteliste")
    assert page.path == f"/kurs/{course.slug}"
    assert "gibt es jetzt keine Warteliste" in page.text


def test_a_full_list_is_said_in_the_state(app: Flask, browser_: Browser) -> None:
    course = make_full_course(seats_waiting=30)
    page = browser_.open(f"/kurs/{course.slug}")
    assert BUTTON not in page.text
    assert "Ausgebucht" in page.text
    assert app


def test_a_customer_without_an_address_sees_the_offer_in_the_account(browser_: Browser) -> None:
    course, school = make_full_course(), make_school()
    customer = make_school_customer(school)
    log_in_by_school(browser_, school.number, "andrea")
    wait_for(course, customer=customer)
    free_a_seat(course)
    page = browser_.open("/konto/warteliste")
    assert "Ein Platz ist frei." in page.text
    assert "steht keine E-Mail-Adresse" in page.text
    assert count_mails("M12") == 0


def test_closing_the_account_gives_the_place_away(buyer: Buyer) -> None:
    course = make_full_course()
    wait_for(course, customer=buyer.customer)
    wait_for(course)
    free_a_seat(course)
    close_account(buyer.customer.id, keep_years=8, by=buyer.customer)
    assert states(course) == ["offered"]
    assert_sums(course)


def test_an_offer_becomes_a_booking_by_the_paid_click_only(buyer: Buyer) -> None:
    course, browser = make_full_course(fee_cents=0), buyer.browser
    wait_for(course, customer=buyer.customer)
    free_a_seat(course)
    browser.open("/konto/warteliste")
    form = browser.submit("Platz annehmen")
    assert form.headings == ["Anmeldeformular"]
    day = clock.today() + timedelta(days=2)
    assert f"bis {day:%d.%m.%Y}, " in form.text  # the offer's two days, not the form's minutes
    browser.open("/konto/warteliste")
    assert browser.submit("Platz annehmen").path == form.path  # the same form again
    assert (states(course), counters(course)) == (["offered"], (1, 1, 0))
    browser.submit("Weiter zur Zusammenfassung", of_age="y")
    assert buyer.press().headings == ["Vielen Dank"]
    assert (states(course), counters(course)) == (["booked"], (2, 0, 0))
    assert (count_mails("M08"), count_mails("M31")) == (1, 0)


def test_a_guest_accepts_behind_the_link(browser_: Browser) -> None:
    course = make_full_course(fee_cents=0)
    join_as_guest(browser_, course, GUEST)
    free_a_seat(course)
    link = last_mail("M12").text.partition("http://localhost")[2].split()[0]
    browser_.open(link)
    form = browser_.submit("Platz annehmen")
    assert form.headings == ["Anmeldeformular"]
    assert GUEST in form.html  # typed once is enough
    assert (states(course), counters(course)) == (["offered"], (1, 1, 0))


def test_an_offer_that_is_over_cannot_be_accepted(buyer: Buyer) -> None:
    course = make_full_course()
    wait_for(course, customer=buyer.customer)
    free_a_seat(course)
    number = entries(course)[0].id
    buyer.browser.open("/konto/warteliste")
    with transaction() as session:
        session.query(SeatHold).update({"expires_at": clock.now()})
    page = buyer.send(f"/konto/warteliste/{number}/annahme")
    assert "Dieses Angebot ist abgelaufen" in page.text


def test_the_office_sees_the_list_and_acts_with_reasons(office: Browser) -> None:
    course = make_full_course()
    wait_for(course)
    wait_for(course)
    free_a_seat(course)
    first, second = entries(course)
    address = f"/verwaltung/kurse/{course.id}/warteliste"
    page = office.open(address)
    assert "Platz angeboten bis" in page.text
    office.submit(BUTTON, first_name="Ida", last_name="Anruf")
    assert "Ida Anruf" in office.page.text
    office.open(f"{address}/{second.id}/angebot")
    assert office.submit("Platz anbieten", instead_of=str(first.id)).status == 422
    office.submit("Platz anbieten", instead_of=str(first.id), reason="Härtefall")
    assert states(course) == ["waiting", "offered", "waiting"]
    office.open(f"{address}/{first.id}/streichung")
    office.submit("Streichen", reason="Auf eigenen Wunsch am Telefon")
    assert states(course) == ["removed", "offered", "waiting"]
    assert "Auf eigenen Wunsch am Telefon" in last_mail("M32").text
    again = send(office, f"{address}/{first.id}/streichung", reason="Noch einmal")
    assert "stand nicht mehr auf der Liste" in again.text
    assert count_mails("M32") == 1
    noted = {row.action: row.details for row in db.session.query(AuditEntry)}
    assert noted["waitlist.taken_back"]["reason"] == "Härtefall"
    assert_sums(course)


def test_finance_may_not_touch_the_list(app: Flask) -> None:
    browser, staff = Browser(app.test_client()), make_staff(role="finance")
    course = make_full_course()
    log_in_staff(browser, staff.email)
    assert browser.open(f"/verwaltung/kurse/{course.id}/warteliste").status == 403
    assert send(browser, f"/verwaltung/kurse/{course.id}/warteliste").status == 403
