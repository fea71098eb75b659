"""One course as an Open-vhs 1.2 element, in the order of elements that the format demands.

1.2 has no word for teachers, for single sessions that are off or for a second place; they stay out.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from kmz import clock
from kmz.catalog.feeds.texts import writable
from kmz.catalog.imports.prices import fee_of
from kmz.catalog.models import Course, CourseSession, Room
from kmz.money import format_cents

NAMESPACE = "http://www.dvv-vhs.de/Open-VHS"
VERSION = "1.2"
_WEEKDAYS = (
    "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag",
)  # fmt: skip
_DIGITAL = {"online": "online_angebot", "hybrid": "blended_learning"}
_LINK_KINDS = {"website", "website_mobile", "attachment", "picture", "video"}
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)


def head(*, house_number: str, house_name: str, made_at: datetime) -> bytes:
    """Everything before the first course; `house_number` is the house's DIE-Statistiknummer."""
    export = Element("export")
    _add(export, "erstellungszeitpunkt", clock.in_berlin(made_at).isoformat(timespec="seconds"))
    maker = SubElement(export, "ersteller")
    _add(maker, "guid", house_number)
    _add(maker, "name", house_name)
    start = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<openvhs:veranstaltungen xmlns:openvhs="{NAMESPACE}" version="{VERSION}">\n'
    )
    return start.encode() + _written(export)


def tail() -> bytes:
    return b"</openvhs:veranstaltungen>\n"


def course_element(course: Course, starts_on: date, public_url: str) -> bytes:
    """A course with its sessions and places; `starts_on`, since the format demands a first day."""
    sessions = [session for session in course.sessions if not session.is_cancelled]
    element = Element("veranstaltung")
    _add(element, "guid", str(course.id))
    _add(element, "nummer", course.number or str(course.id))
    _add(element, "name", course.title)
    _add_some(element, "untertitel", course.subtitle)
    area = course.program_area
    category = _add(element, "dvv_kategorie", area.code if area else "")
    category.set("version", "2.0")
    _add_features(element, course)
    _add_some(element, "level", course.level)
    _add_participants(element, course)
    if sessions:
        _add(element, "anzahl_termine", str(len(sessions)))
    _add(element, "beginn_datum", starts_on.isoformat())
    if course.teaching_units is not None:
        _add(element, "dauer", f"{course.teaching_units}.0")
    if course.ends_on is not None:
        _add(element, "ende_datum", course.ends_on.isoformat())
    for weekday in sorted({session.day.weekday() for session in sessions}):
        _add(element, "wochentag", _WEEKDAYS[weekday])
    _add_some(element, "zielgruppe", course.target_group)
    for tag in course.tags:
        _add_some(element, "schlagwort", tag)
    _add_texts(element, course)
    _add_place(element, sessions)
    for session in sessions:
        _add_session(element, session)
    _add_price(element, course)
    _add_links(element, course, public_url)
    return _written(element)


def _written(element: Element) -> bytes:
    text: bytes = tostring(element, encoding="utf-8")
    return text + b"\n"


def _add(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, name)
    child.text = writable(text)
    return child


def _add_some(parent: Element, name: str, text: str) -> None:
    if writable(text):
        _add(parent, name, text)


def _add_features(element: Element, course: Course) -> None:
    features = {"kursart_digital": _DIGITAL.get(course.format, "")}
    if course.educational_leave:
        features["bildungszeit"] = "true"
    said = {name: value for name, value in features.items() if value}
    if said:
        all_of_them = SubElement(element, "merkmale")
        for name, value in said.items():
            feature = SubElement(all_of_them, "merkmal")
            _add(feature, "name", name)
            _add(feature, "wert", value)


def _add_participants(element: Element, course: Course) -> None:
    """Limits and seats taken; what is not known is not said."""
    _add(element, "minimale_teilnehmerzahl", str(course.min_participants))
    if course.max_participants:
        taken = course.seats_taken + (course.external_participants or 0)
        _add(element, "aktuelle_teilnehmerzahl", str(taken))
        _add(element, "maximale_teilnehmerzahl", str(course.max_participants))


def _add_texts(element: Element, course: Course) -> None:
    texts = {
        "Beschreibung": course.description_html,
        "Zusatzinformation": course.notes_html,
        "Voraussetzungen": _escaped(course.requirements),
        "Material": _escaped(course.material),
    }
    for kind, text in texts.items():
        if text:
            said = SubElement(element, "text")
            _add(said, "eigenschaft", kind)
            _add(said, "text", text)


def _escaped(plain: str) -> str:
    """Plain text among texts that are HTML."""
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _add_place(element: Element, sessions: Iterable[CourseSession]) -> None:
    room: Room | None = next((session.room for session in sessions if session.room), None)
    place = SubElement(element, "veranstaltungsort")
    if room:
        _add_some(place, "name", room.venue.name)
    address = SubElement(place, "adresse")
    _add(address, "land", "Deutschland")
    _add(address, "plz", room.venue.postal_code if room else "")
    _add(address, "ort", room.venue.city if room else "")
    _add(address, "strasse", room.venue.street if room else "")
    if room and room.accessible is not None:
        _add(place, "barrierefrei", str(room.accessible).lower())


def _add_session(element: Element, session: CourseSession) -> None:
    entry = SubElement(element, "termin")
    _add(entry, "beginn_datum", session.day.isoformat())
    for name, moment in (("beginn_uhrzeit", session.starts_at), ("ende_uhrzeit", session.ends_at)):
        if moment is not None:
            _add(entry, name, f"{clock.in_berlin(moment):%H:%M:%S}")


def _add_price(element: Element, course: Course) -> None:
    if course.fee_cents is None:
        return
    price = SubElement(element, "preis")
    _add(price, "betrag", f"{course.fee_cents // 100}.{course.fee_cents % 100:02d}")
    _add(price, "rabatt_moeglich", str(course.concession_allowed).lower())
    said = fee_of({"betrag": "1", "zusatz": course.fee_note}, []).reduced_cents
    if course.reduced_fee_cents not in {None, said}:
        _add(price, "zusatz", f"erm. Preis: {format_cents(course.reduced_fee_cents or 0)}")
    _add_some(price, "zusatz", course.fee_note)


def _add_links(element: Element, course: Course, public_url: str) -> None:
    own = {"kind": "website", "name": "Kursdetails", "url": f"{public_url}/kurs/{course.slug}"}
    for link in (own, *course.links):
        address = str(link.get("url", ""))
        if _WEB_ADDRESS.fullmatch(address) and link.get("kind") in _LINK_KINDS:
            entry = SubElement(element, "webadresse")
            _add(entry, "typ", link["kind"])
            _add_some(entry, "name", str(link.get("name") or ""))
            _add(entry, "uri", address)
