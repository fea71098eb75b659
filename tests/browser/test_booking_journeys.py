"""From the Programm to a seat, with a real browser: a family, a guest, the shortest way, the
Warteliste.
"""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from kmz.accounts.queries import find_customer, profile_of
from kmz.booking.models import Booking, WaitlistEntry
from kmz.booking.people.actions import add_participant
from kmz.booking.rules import ParticipantName, PersonData
from kmz.booking.seats.taking import give_seat_back
from kmz.catalog.models import Course
from kmz.db import db, transaction
from tests.browser.conftest import LiveServer, Walker, log_in, mailed_path, make_person
from tests.factories import IBAN

pytestmark = pytest.mark.browser

Publish = Callable[..., int]


def test_a_family_of_three_books_two_courses(
    walker: Walker, live: LiveServer, publish: Publish
) -> None:
    email = f"familie-{walker.name}@example.org"
    make_family(live, email)
    courses = {
        number: publish(number=number, title=f"Familie {number}", min_age=4)
        for number in (f"271-81{walker.digit}1", f"271-81{walker.digit}2")
    }
    page = walker.page
    log_in(page, email)
    for number in courses:
        page.goto(f"/kurs/{number}")
        page.get_by_role("button", name="In den Warenkorb").first.click()
        expect(page.locator("#notices")).to_contain_text("liegt im Warenkorb")
    page.goto("/warenkorb")
    for number, course in courses.items():
        row = page.locator("#cart li", has_text=number)
        page.locator(f"#personen-{course}").select_option("3")
        if not walker.has_scripts:
            row.get_by_role("button", name=re.compile("^Ändern")).click()
        expect(row.locator(".fee")).to_have_text(re.compile("3 × 98,00"))
    walker.check()
    expect(page.locator("nav.tabs [aria-current=page]")).to_contain_text("Warenkorb")
    page.get_by_role("button", name="Zum Anmeldeformular").click()
    choose_the_family(walker)
    expect(page.locator("nav.tabs [aria-current=page]")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldung prüfen")
    expect(page.locator("main")).to_contain_text(re.compile("588,00.€"))
    walker.check()
    pay(walker)
    assert people_in(live, courses[f"271-81{walker.digit}1"]) == ["Andrea", "Mia", "Tom"]
    assert people_in(live, courses[f"271-81{walker.digit}2"]) == ["Andrea", "Mia", "Tom"]
    page.goto("/konto/anmeldungen")
    expect(page.locator("main")).to_contain_text("Tom Beispiel")
    walker.check()


def make_family(live: LiveServer, email: str) -> None:
    """A customer with birth date, and two children of hers."""
    make_person(live, email)
    with live.app.app_context():
        customer = find_customer(email)
        assert customer is not None
        with transaction():
            profile_of(customer.id).birth_date = date(1985, 3, 1)
        for first_name, born in (("Mia", date(2017, 5, 2)), ("Tom", date(2019, 8, 9))):
            name = ParticipantName(first_name, "Beispiel")
            add_participant(customer.id, PersonData(name, "child", born))
        db.session.remove()


def choose_the_family(walker: Walker) -> None:
    """Whoever opens the form takes part; the children are chosen in both courses."""
    page = walker.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldeformular")
    who = page.locator("select[name$='-who']")
    expect(who).to_have_count(6)
    for index in range(6):
        wanted = ("Ich nehme selbst teil", "Mia", "Tom")[index % 3]
        option = who.nth(index).locator("option", has_text=wanted).first
        who.nth(index).select_option(option.get_attribute("value"))
        guardian = page.locator(f"[name='participants-{index}-guardian']")
        if index % 3:
            guardian.check()
    walker.check()
    page.get_by_label("Ich erteile das SEPA-Lastschriftmandat").check()
    page.get_by_role("button", name="Weiter zur Zusammenfassung").click()


def pay(walker: Walker) -> None:
    page = walker.page
    page.get_by_label("Ich akzeptiere").check()
    page.get_by_role("button", name="Zahlungspflichtig buchen", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    expect(page).to_have_url(re.compile("/danke$"))
    expect(page.locator("#cart-badge .badge")).to_have_count(0)
    walker.check()


def people_in(live: LiveServer, course_id: int) -> list[str]:
    """The first names of who is booked into a course."""
    with live.app.app_context():
        query = select(Booking.participant_first_name).where(Booking.course_id == course_id)
        found = sorted(db.session.scalars(query))
        db.session.remove()
    return found


def test_a_guest_books_and_the_mailed_link_shows_the_booking(
    walker: Walker, live: LiveServer, publish: Publish
) -> None:
    number = f"271-82{walker.digit}1"
    course = publish(number=number, title="Gast bei uns")
    email = f"gast-{walker.name}@example.org"
    page = walker.page
    page.goto(f"/kurs/{number}")
    page.get_by_role("button", name="Direktbuchung").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie möchten Sie buchen?")
    walker.check()
    page.get_by_role("link", name="Weiter als Gast").click()
    fill_in_as_guest(page, email)
    walker.check()
    page.get_by_role("button", name="Weiter zur Zusammenfassung").click()
    expect(page.locator("main")).to_contain_text("Gerda Gast · Hafenweg 7 · 12345 Musterstadt")
    pay(walker)
    expect(page.locator("main")).to_contain_text(email)
    assert people_in(live, course) == ["Gerda"]
    page.context.clear_cookies()
    page.goto(mailed_path(live, email, "/buchung/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Buchung V")
    expect(page.locator("main")).to_contain_text("Gast bei uns")
    expect(page.locator("main")).to_contain_text("Was passiert jetzt?")
    walker.check()


def fill_in_as_guest(page: Page, email: str) -> None:
    """Everything with a star, and the bank account."""
    typed = {
        "partner_first_name": "Gerda",
        "partner_last_name": "Gast",
        "street": "Hafenweg",
        "house_number": "7",
        "postal_code": "12345",
        "city": "Musterstadt",
        "email": email,
        "account_holder": "Gerda Gast",
        "iban": IBAN,
    }
    for name, text in typed.items():
        page.locator(f"main [name='{name}']").fill(text)
    page.get_by_label("Ich bin volljährig").check()
    page.get_by_label("Ich erteile das SEPA-Lastschriftmandat").check()


@pytest.mark.parametrize("start", ["/kurse?q=Schnellweg", "/kurs/{number}"], ids=["list", "page"])
def test_a_direktbuchung_skips_the_cart_but_not_the_form(
    walker: Walker, live: LiveServer, publish: Publish, start: str, complaints: list[str]
) -> None:
    place = 1 if "kurse" in start else 2
    number = f"271-83{walker.digit}{place}"
    course = publish(number=number, title="Schnellweg")
    email = f"direkt-{walker.name}-{place}@example.org"
    make_person(live, email)
    page = walker.page
    log_in(page, email)
    page.goto(start.format(number=number))
    page.get_by_role("button", name="Direktbuchung").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldeformular")
    expect(page.locator("#cart-badge .badge")).to_have_count(0)
    page.get_by_role("button", name="Weitere Person").press("Enter")
    expect(page.locator("legend")).to_have_count(2)
    if walker.has_scripts:
        expect(page.get_by_role("button", name="Weitere Person")).to_be_focused()
    page.get_by_role("button", name="Person entfernen").last.click()
    expect(page.locator("legend")).to_have_count(1)
    page.get_by_label("Ich bin volljährig").check()
    page.get_by_label("Ich erteile das SEPA-Lastschriftmandat").check()
    page.get_by_role("button", name="Weiter zur Zusammenfassung").click()
    if walker.has_scripts:
        lose_the_connection(page)
        assert all("Failed to fetch" in said for said in complaints)
        complaints.clear()
    pay(walker)
    assert people_in(live, course) == ["Andrea"]


def lose_the_connection(page: Page) -> None:
    """The last click gets no answer, then a proxy's: that is said, and it can be pressed again."""
    page.get_by_label("Ich akzeptiere").check()
    page.context.set_offline(offline=True)
    page.get_by_role("button", name="Zahlungspflichtig buchen", exact=True).click()
    said = page.locator("#notices")
    expect(said).to_contain_text("Es kam keine Antwort an")
    expect(said).to_be_in_viewport()
    expect(page.get_by_label("Ich akzeptiere")).to_be_checked()
    page.context.set_offline(offline=False)
    page.route("**/buchen/*", lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>"))
    said.evaluate("one => one.replaceChildren()")
    page.get_by_role("button", name="Zahlungspflichtig buchen", exact=True).click()
    expect(said).to_contain_text("Es kam keine Antwort an")
    expect(page.get_by_label("Ich akzeptiere")).to_be_checked()
    page.unroute("**/buchen/*")


def test_somebody_waits_is_offered_a_seat_and_books_it(
    walker: Walker, live: LiveServer, publish: Publish
) -> None:
    number = f"271-84{walker.digit}1"
    full = {"max_participants": 2, "seats_taken": 2, "waitlist_open": True}
    course = publish(number=number, title="Begehrt", **full)
    email = f"wartet-{walker.name}@example.org"
    make_person(live, email)
    page = walker.page
    log_in(page, email)
    page.goto(f"/kurs/{number}")
    page.get_by_role("link", name="Auf die Warteliste setzen").first.click()
    expect(page.locator("main")).to_contain_text("kostenfrei und unverbindlich")
    walker.check()
    page.get_by_role("button", name="Auf die Warteliste setzen").click()
    expect(page.locator("main")).to_contain_text("Platz 1 von 1")
    walker.check()
    with live.app.app_context(), transaction() as session:
        give_seat_back(session, course)
    page.goto(mailed_path(live, email, "/konto/warteliste"))
    expect(page.locator("main")).to_contain_text("Ein Platz ist frei")
    walker.check()
    page.get_by_role("button", name="Platz annehmen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldeformular")
    assert people_in(live, course) == []
    page.get_by_label("Ich bin volljährig").check()
    page.get_by_label("Ich erteile das SEPA-Lastschriftmandat").check()
    page.get_by_role("button", name="Weiter zur Zusammenfassung").click()
    pay(walker)
    assert people_in(live, course) == ["Andrea"]
    assert how_it_stands(live, course) == ("booked", 2)
    page.goto("/konto/warteliste")
    expect(page.locator("main")).to_contain_text("Sie warten auf keinen Platz")


def how_it_stands(live: LiveServer, course_id: int) -> tuple[str, int]:
    """The one entry of the course's Warteliste, and how many seats are taken or held."""
    with live.app.app_context():
        entry = select(WaitlistEntry.status).where(WaitlistEntry.course_id == course_id)
        seats = select(func.sum(Course.seats_taken + Course.seats_held)).where(
            Course.id == course_id
        )
        found = db.session.scalars(entry).one(), db.session.scalar(seats) or 0
        db.session.remove()
    return found
