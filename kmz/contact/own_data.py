"""What KONTAKT tells people about themselves (L26)."""

from kmz.contact.models import ContactRequest
from kmz.contact.queries import requests_of
from kmz.contact.rules import CALLBACK_WINDOWS
from kmz.own_data import Column, Section

SECTIONS = (
    Section(
        "contact_requests",
        "Anfragen über KONTAKT",
        (ContactRequest.__tablename__,),
        requests_of,
        (
            Column("reference", "Nummer"),
            Column("created_at", "Eingegangen am"),
            Column("name", "Name"),
            Column("email", "E-Mail"),
            Column("phone", "Telefon"),
            Column(
                "callback_window",
                "Rückruf gewünscht",
                shown=lambda request: CALLBACK_WINDOWS.get(request.callback_window, ""),
            ),
            Column(
                "course",
                "Kurs",
                read=lambda request: request.course.display_line if request.course else "",
            ),
            Column("booking_reference", "Vorgang"),
            Column("message", "Anliegen"),
            Column("called_at", "Angerufen am"),
            Column("done_at", "Erledigt am"),
            Column("note", "Notiz"),
        ),
    ),
)
