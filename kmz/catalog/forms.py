"""The office's form of a course."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from wtforms import BooleanField, Field, FieldList, Form, FormField, HiddenField, SelectField
from wtforms.validators import Regexp, StopValidation

from kmz import clock
from kmz.catalog.course_data import CourseData, SessionData
from kmz.catalog.models import Course, ProgramArea, Room
from kmz.dates import format_day, parse_day, parse_time
from kmz.money import format_cents, parse_cents
from kmz.web.forms import BaseForm, choice, line, text_area

EMPTY_ROWS, MAX_ROWS = 5, 100
MAX_SEATS = 10_000
_NUMBER = Regexp(
    r"^[0-9A-Za-z][0-9A-Za-z./-]{1,19}$",
    message="2 bis 20 Zeichen: Buchstaben, Ziffern, Punkt, Schrägstrich und Bindestrich.",
)


def _is_day(_form: Any, field: Field) -> None:
    if field.data:
        try:
            parse_day(field.data)
        except ValueError as error:
            raise StopValidation("Bitte geben Sie das Datum als TT.MM.JJJJ ein.") from error


def _is_time(_form: Any, field: Field) -> None:
    if field.data:
        try:
            parse_time(field.data)
        except ValueError as error:
            raise StopValidation("Bitte geben Sie die Uhrzeit als 18:30 ein.") from error


def _is_amount(_form: Any, field: Field) -> None:
    if field.data:
        try:
            parse_cents(field.data)
        except ValueError as error:
            raise StopValidation("Bitte geben Sie einen Betrag wie 45 oder 45,50 ein.") from error


def _is_count(_form: Any, field: Field) -> None:
    text = field.data or ""
    if not (text.isascii() and text.isdecimal() and int(text[:6]) <= MAX_SEATS and len(text) < 6):
        raise StopValidation(f"Bitte geben Sie eine ganze Zahl von 0 bis {MAX_SEATS} ein.")


class SessionForm(Form):
    """One row of the Termine; a row without a day is no Termin."""

    class Meta:
        locales = ("de",)

    day = line("Tag", limit=20, validators=[_is_day])
    starts = line("von", limit=10, validators=[_is_time])
    ends = line("bis", limit=10, validators=[_is_time])
    room = SelectField("Raum", coerce=int, default=0)

    def validate(self, extra_validators: object = None) -> bool:
        """Times need a day, and a session ends after it begins."""
        if not super().validate(extra_validators):  # type: ignore[arg-type]
            return False
        if not self.day.data:
            if self.starts.data or self.ends.data:
                self.day.errors = ("Zu dieser Uhrzeit fehlt der Tag.",)
                return False
            return True
        begin, end = _time(self.starts.data), _time(self.ends.data)
        if begin and end and end <= begin:
            self.ends.errors = ("Das Ende liegt vor dem Beginn.",)
            return False
        return True

    @property
    def session_data(self) -> SessionData:
        day = parse_day(self.day.data or "")
        begin, end = _time(self.starts.data), _time(self.ends.data)
        return SessionData(day, _moment(day, begin), _moment(day, end), self.room.data or None)


def _time(text: str | None) -> time | None:
    return parse_time(text) if text else None


def _moment(day: date, at: time | None) -> datetime | None:
    return clock.berlin_moment(day, at.hour, at.minute) if at else None


class CourseForm(BaseForm):
    """Everything the office says about a course."""

    number = line("Kursnummer", limit=20, required=True, validators=[_NUMBER])
    kind = SelectField("Art", choices=[choice("course", "Kurs"), choice("event", "Veranstaltung")])
    title = line("Titel", limit=200, required=True)
    subtitle = line("Untertitel", limit=200)
    description = text_area("Text", limit=20_000)
    program_area = SelectField("Programmbereich", coerce=int)
    instructors = line("Kursleitung", limit=300)
    new_venue = line("Neuer Ort", limit=150)
    new_room = line("Neuer Raum", limit=100)
    min_participants = line("Mindestzahl", limit=6, required=True, validators=[_is_count])
    max_participants = line("Höchstzahl", limit=6, required=True, validators=[_is_count])
    fee = line("Entgelt in €", limit=20, validators=[_is_amount])
    on_request = BooleanField("Entgelt auf Anfrage")
    reduced_fee = line("Ermäßigtes Entgelt in €", limit=20, validators=[_is_amount])
    opens = line("Anmeldung ab (Tag)", limit=20, validators=[_is_day])
    closes = line("Anmeldeschluss (Tag)", limit=20, validators=[_is_day])
    office_only = BooleanField("Anmeldung nur telefonisch")
    late_entry = BooleanField("Einstieg in den laufenden Kurs möglich")
    guaranteed = BooleanField("Findet garantiert statt")
    sessions = FieldList(FormField(SessionForm), max_entries=MAX_ROWS)
    series_count = line("Anzahl", limit=3)
    version = HiddenField()

    def offer(self, areas: Sequence[ProgramArea], rooms: Sequence[Room]) -> None:
        """Fill the choices and add empty rows for more Termine."""
        self.program_area.choices = [
            choice(area.id, area.name if area.parent_id is None else f"– {area.name}")
            for area in areas
        ]
        while self._empty_rows() < EMPTY_ROWS and len(self.sessions) < MAX_ROWS:
            self.sessions.append_entry({})
        places = [
            choice(room.id, ", ".join(filter(None, (room.venue.name, room.name)))) for room in rooms
        ]
        for entry in self.sessions:
            entry.form.room.choices = [choice(0, "– neuer Ort oder offen –"), *places]

    def _empty_rows(self) -> int:
        return sum(not entry.form.day.data for entry in self.sessions)

    def validate_reduced_fee(self, field: Field) -> None:
        """The reduced fee is below the fee."""
        if field.data and (not self.fee.data or self._cents(field) > self._cents(self.fee)):
            raise StopValidation("Das ermäßigte Entgelt liegt über dem Entgelt.")

    def validate_fee(self, field: Field) -> None:
        """A fee, or "auf Anfrage"."""
        if not field.data and not self.on_request.data:
            raise StopValidation("Bitte geben Sie ein Entgelt ein; 0 heißt kostenlos.")

    def validate_max_participants(self, field: Field) -> None:
        """At least as many as the minimum."""
        least, most = self.min_participants.data or "", field.data or ""
        if least.isdecimal() and most.isdecimal() and int(least) > int(most):
            raise StopValidation("Die Höchstzahl liegt unter der Mindestzahl.")

    def validate_closes(self, field: Field) -> None:
        """Not after the first session, not before the opening."""
        days = self._days()
        if field.data and days and parse_day(field.data) > min(days):
            raise StopValidation("Der Anmeldeschluss liegt nach dem ersten Termin.")
        if field.data and self.opens.data and _day(self.opens.data) > parse_day(field.data):
            raise StopValidation("Der Anmeldeschluss liegt vor dem Anmeldebeginn.")

    def _days(self) -> list[date]:
        found = (_day(entry.form.day.data) for entry in self.sessions if entry.form.day.data)
        return [day for day in found if day != date.min]

    @staticmethod
    def _cents(field: Field) -> int:
        try:
            return parse_cents(field.data or "")
        except ValueError:
            return 0

    def course_data(self) -> CourseData:
        """The checked values for `save_course`."""
        opens, closes = self.opens.data, self.closes.data
        fields = {
            "number": self.number.data,
            "kind": self.kind.data,
            "title": self.title.data,
            "subtitle": self.subtitle.data,
            "program_area_id": self.program_area.data,
            "min_participants": int(self.min_participants.data or 0),
            "max_participants": int(self.max_participants.data or 0),
            "fee_cents": None if self.on_request.data else self._cents(self.fee),
            "reduced_fee_cents": self._cents(self.reduced_fee) if self.reduced_fee.data else None,
            "concession_allowed": bool(self.reduced_fee.data),
            "booking_opens_at": clock.berlin_moment(parse_day(opens)) if opens else None,
            "booking_closes_at": clock.berlin_moment(parse_day(closes), 23, 59) if closes else None,
            "booking_channel": "office" if self.office_only.data else "online",
            "late_entry": bool(self.late_entry.data),
            "guaranteed": bool(self.guaranteed.data),
        }
        venue = self.new_venue.data
        return CourseData(
            number=self.number.data or "",
            plain_fields=fields,
            description=self.description.data or "",
            sessions=[entry.form.session_data for entry in self.sessions if entry.form.day.data],
            instructors=_names(self.instructors.data or ""),
            new_place=(venue, self.new_room.data or "") if venue else None,
        )


def _day(text: str) -> date:
    """The day, or the earliest possible one where the text is no day (said at its own field)."""
    try:
        return parse_day(text)
    except ValueError:
        return date.min


def _names(text: str) -> list[tuple[str, str]]:
    """ "Giulia Conti; Petra Vogt" as first and last names."""
    people = [part.split() for part in text.split(";") if part.strip()]
    return [(" ".join(words[:-1]), words[-1]) for words in people]


def values_of(course: Course) -> dict[str, Any]:
    """What the form shows of an existing course; sessions and instructors loaded."""
    opens, closes = course.booking_opens_at, course.booking_closes_at
    reduced = course.reduced_fee_cents
    return {
        "number": course.number,
        "kind": course.kind,
        "title": course.title,
        "subtitle": course.subtitle,
        "description": course.description_html,
        "program_area": course.program_area_id,
        "instructors": "; ".join(link.instructor.full_name for link in course.instructor_links),
        "min_participants": str(course.min_participants),
        "max_participants": str(course.max_participants),
        "fee": format_cents(course.fee_cents) if course.fee_cents is not None else "",
        "on_request": course.fee_cents is None,
        "reduced_fee": format_cents(reduced) if reduced is not None else "",
        "opens": format_day(clock.in_berlin(opens).date()) if opens else "",
        "closes": format_day(clock.in_berlin(closes).date()) if closes else "",
        "office_only": course.booking_channel == "office",
        "late_entry": course.late_entry,
        "guaranteed": course.guaranteed,
        "version": str(course.version),
        "sessions": [
            {
                "day": format_day(session.day),
                "starts": f"{clock.in_berlin(session.starts_at):%H:%M}"
                if session.starts_at
                else "",
                "ends": f"{clock.in_berlin(session.ends_at):%H:%M}" if session.ends_at else "",
                "room": session.room_id or 0,
            }
            for session in course.sessions
        ],
    }
