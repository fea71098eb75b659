"""A summary that is no longer true: what the last click books is what its page showed (L02)."""

from datetime import timedelta

from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerProfile
from kmz.booking.models import Booking
from kmz.content.actions import publish_text
from kmz.db import db, transaction
from tests.booking.conftest import Buyer, change, count_bookings, count_mails, seats_taken
from tests.booking.test_cart import put_in
from tests.factories import make_course, make_staff


def test_two_tabs_are_one_form_and_give_one_booking(buyer: Buyer) -> None:
    course = make_course()
    first, second = buyer.fill_in(course), buyer.fill_in(course)
    assert first == second
    buyer.press()
    assert buyer.browser.open(second).path == f"{first}/danke"
    assert (count_bookings(), seats_taken(course), count_mails("M08")) == (1, 1, 1)


def test_what_another_tab_changed_is_shown_before_it_is_booked(buyer: Buyer) -> None:
    course = make_course()
    address = buyer.fill_in(course)
    first_tab = dict(buyer.browser.page.form(button="Zahlungspflichtig buchen").fields)
    buyer.fill_in(
        course,
        participants_0_who="other",
        participants_0_first_name="Kind",
        participants_0_last_name="Beispiel",
    )
    seen = {"total": first_tab["total"], "shown": first_tab["shown"]}
    refused = buyer.send(address, terms_accepted="y", **seen)
    assert refused.status == 422
    assert "Ihre Angaben, der Kurs oder die AGB haben sich" in refused.text
    assert "Teilnehmende Person: Kind Beispiel" in refused.text
    assert (count_bookings(), seats_taken(course)) == (0, 0)
    buyer.browser.open(address)
    assert buyer.press().headings == ["Vielen Dank"]


def test_fewer_people_in_another_tab_are_no_change_of_the_price(buyer: Buyer) -> None:
    course = make_course(max_participants=2)
    buyer.start(course)
    buyer.browser.submit("Weitere Person")
    named = {"participants_1_first_name": "Mia", "participants_1_last_name": "Beispiel"}
    buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y", **named)
    address = buyer.browser.page.path
    first_tab = dict(buyer.browser.page.form(button="Zahlungspflichtig buchen").fields)
    buyer.browser.open(f"{address}/formular")
    buyer.browser.submit("Person entfernen")
    buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y")
    seen = {"total": first_tab["total"], "shown": first_tab["shown"]}
    refused = buyer.send(address, terms_accepted="y", **seen)
    assert "Ihre Angaben, der Kurs oder die AGB haben sich" in refused.text
    assert "Das Entgelt hat sich" not in refused.text


def test_fewer_seats_than_people_are_not_called_none(buyer: Buyer) -> None:
    course = make_course(max_participants=2, seats_taken=1)
    buyer.start(course)
    buyer.browser.submit("Weitere Person")
    named = {"participants_1_first_name": "Mia", "participants_1_last_name": "Beispiel"}
    buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y", **named)
    refused = buyer.press()
    assert refused.status == 422
    assert "gibt es für Sie nur noch einen Platz" in refused.text
    assert "gerade vergeben" not in refused.text
    buyer.browser.open(f"{refused.path}/formular")
    buyer.browser.submit("Person entfernen")
    buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y")
    assert buyer.press().headings == ["Vielen Dank"]


def test_a_course_can_be_taken_out_of_the_form(buyer: Buyer) -> None:
    """As when it was called off meanwhile: what was typed for the others is not lost."""
    kept, gone = make_course(title="Keramik"), make_course(title="Singen")
    for course in (kept, gone):
        put_in(buyer.browser, course)
    buyer.browser.open("/warenkorb")
    buyer.browser.submit("Zum Anmeldeformular")
    typed = {"of_age": "y", "mandate": "y", "remark": "Ganz vorn"}
    address = buyer.browser.submit("Weiter zur Zusammenfassung", **typed).path
    change(gone, cancelled_at=clock.now())
    assert "lässt sich nicht buchen" in buyer.press().text
    buyer.browser.open(f"{address}/formular")
    buyer.browser.submit("Person entfernen: Singen")
    assert "Der Kurs wird nicht mitgebucht." in buyer.browser.page.text
    assert "Ganz vorn" in buyer.browser.page.html
    buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y")
    assert buyer.press().headings == ["Vielen Dank"]
    assert db.session.scalars(select(Booking.course_id)).all() == [kept.id]


def test_a_course_that_was_edited_meanwhile_is_shown_first(buyer: Buyer) -> None:
    course = make_course()
    buyer.fill_in(course)
    change(course, starts_on=clock.today() + timedelta(days=90), version=course.version + 1)
    refused = buyer.press()
    assert refused.status == 422
    assert "Ihre Angaben, der Kurs oder die AGB haben sich" in refused.text
    assert buyer.press().headings == ["Vielen Dank"]


def test_new_terms_are_shown_before_anybody_is_bound_by_them(buyer: Buyer) -> None:
    course = make_course()
    buyer.fill_in(course)
    publish_text("terms", "AGB", "<h2>Neu</h2><p>Ab heute gilt etwas anderes.</p>", by=make_staff())
    assert "die AGB haben sich" in buyer.press().text
    assert buyer.press().headings == ["Vielen Dank"]
    booking = db.session.scalars(select(Booking.id)).one()
    page = buyer.browser.open(f"/konto/anmeldungen/{booking}")
    publish_text("terms", "AGB", "<h2>Noch neuer</h2><p>Morgen wieder.</p>", by=make_staff())
    agreed = buyer.browser.open(page.link("agb-2"))
    assert "Ab heute gilt etwas anderes." in agreed.text
    assert "nicht mehr die neueste" in agreed.text


def test_whoever_completes_the_profile_comes_back_to_the_summary(buyer: Buyer) -> None:
    address = buyer.fill_in(make_course())
    with transaction() as session:
        profile = session.get_one(CustomerProfile, buyer.customer.id)
        profile.street = ""
    assert buyer.press().status == 422
    buyer.browser.click("Benutzerprofil ergänzen")
    back = buyer.browser.submit("Speichern", street="Hafenweg")
    assert (back.path, back.headings) == (address, ["Anmeldung prüfen"])
    assert "Benutzerprofil ergänzen" not in back.text
