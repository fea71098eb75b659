"""Everything the office says about a course."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Field, FieldList, FormField, HiddenField, SelectField, StringField
from wtforms.validators import Regexp, StopValidation

from kmz import clock
from kmz.catalog.course_data import CourseData, NewPlace
from kmz.catalog.forms import typed
from kmz.catalog.forms.areas import NO_AREA, area_choices
from kmz.catalog.forms.places import Places
from kmz.catalog.forms.session_rows import MAX_ROWS, SessionForm, earliest, series_days
from kmz.catalog.models import ProgramArea, Room
from kmz.dates import format_day
from kmz.errors import Problem
from kmz.web.forms import BaseForm, choice, line, text_area

EMPTY_ROWS = 5
NO_PLACE, DEFAULT_POLICY = 0, 0
_MAX_NAME = 100
_NUMBER = Regexp(
    r"^[0-9A-Za-z][0-9A-Za-z./-]{1,19}$",
    message="2 bis 20 Zeichen: Buchstaben, Ziffern, Punkt, Schrägstrich und Bindestrich.",
)
_SERIES = f"Bitte geben Sie einen Tag (TT.MM.JJJJ) und eine Anzahl von 1 bis {MAX_ROWS} ein."
_TOO_MANY = f"Ein Kurs hat höchstens {MAX_ROWS} Termine."


class CourseForm(BaseForm):
    """A course; call `offer` before it is shown or checked. `known_number` is the present one."""

    known_number = ""
    asks_overbooking = False
    places = Places()

    number = line("Kursnummer", limit=40, required=True)
    kind = SelectField("Art", choices=[choice("course", "Kurs"), choice("event", "Veranstaltung")])
    title = line("Titel", limit=300, required=True)
    subtitle = line("Untertitel", limit=300)
    description = text_area("Text", limit=60_000)
    notes = text_area("Hinweise", limit=20_000)
    program_area = SelectField("Programmbereich", coerce=int, default=NO_AREA)
    semester = SelectField("Semester", default="")
    instructors = line("Kursleitung", limit=2000)
    place = SelectField("Ort und Raum", coerce=int, default=NO_PLACE)
    new_venue = line("Neuer Ort", limit=150)
    new_room = line("Neuer Raum", limit=100)
    new_street = line("Straße und Hausnummer", limit=150)
    new_postal_code = line("PLZ", limit=10)
    new_city = line("Stadt", limit=100)
    sessions = FieldList(FormField(SessionForm), max_entries=MAX_ROWS)
    series_first = line("Erster Tag", limit=20)
    series_starts = line("von", limit=10)
    series_ends = line("bis", limit=10)
    series_count = line("Anzahl", limit=3)
    teaching_units = line("Unterrichtseinheiten", limit=6, validators=[typed.is_count])
    min_participants = line("Mindestzahl", limit=6, required=True, validators=[typed.is_count])
    max_participants = line("Höchstzahl", limit=6, required=True, validators=[typed.is_count])
    min_age = line("Mindestalter", limit=3, validators=[typed.is_age])
    max_age = line("Höchstalter", limit=3, validators=[typed.is_age])
    accepts_overbooking = BooleanField("Ja, die Höchstzahl trotzdem senken")
    fee = line("Entgelt in €", limit=20, validators=[typed.is_amount])
    on_request = BooleanField("Entgelt auf Anfrage")
    reduced_fee = line("Ermäßigtes Entgelt in €", limit=20, validators=[typed.is_amount])
    opens = line("Anmeldung ab", limit=30, validators=[typed.is_moment])
    closes = line("Anmeldeschluss", limit=30, validators=[typed.is_moment])
    office_only = BooleanField("Anmeldung nur telefonisch")
    late_entry = BooleanField("Einstieg in den laufenden Kurs möglich")
    waitlist_open = BooleanField("Warteliste, wenn der Kurs ausgebucht ist")
    guaranteed = BooleanField("Findet garantiert statt")
    policy = SelectField("Stornobedingungen", coerce=int, default=DEFAULT_POLICY)
    withdrawal_right = SelectField(
        "Widerrufsrecht",
        choices=[
            choice("statutory", "gesetzlich, 14 Tage"),
            choice("excluded", "ausgeschlossen (§ 312g Abs. 2 Nr. 9 BGB)"),
        ],
        default="statutory",
    )
    withdrawal_reason = line("Warum ausgeschlossen", limit=300)
    version = HiddenField()

    def offer(
        self,
        *,
        areas: Sequence[ProgramArea],
        rooms: Sequence[Room],
        semesters: dict[str, str],
        policies: dict[int, str],
    ) -> None:
        """What may be chosen; `semesters` are names by code, `policies` by id."""
        self.policy.choices = [
            choice(DEFAULT_POLICY, "– wie üblich –"),
            *(choice(policy_id, name) for policy_id, name in policies.items()),
        ]
        self.places = Places(rooms)
        self.program_area.choices = area_choices(areas, none="– noch offen –")
        self.semester.choices = [
            choice("", "– ohne Angabe –"),
            *(choice(code, f"{name} ({code})") for code, name in semesters.items()),
        ]
        self.place.choices = [
            choice(NO_PLACE, "– noch offen –"),
            *(
                choice(room_id, name, group=venue)
                for venue, rooms_there in self.places.groups.items()
                for room_id, name in rooms_there
            ),
        ]
        for row in self.rows:
            row.places = self.places

    @property
    def rows(self) -> list[SessionForm]:
        """The rows of the Termine."""
        return [entry.form for entry in self.sessions]

    def add_empty_rows(self) -> None:
        """Room for more Termine below those that are filled in."""
        while sum(row.is_empty for row in self.rows) < EMPTY_ROWS and len(self.rows) < MAX_ROWS:
            self.sessions.append_entry({})

    def add_series(self) -> None:
        """Reihe einfügen: weekly Termine in the rows that are empty; a problem where none fit."""
        filled = [row for row in self.rows if not row.is_empty]
        last = filled[-1] if filled else SessionForm(data={})
        try:
            days = series_days(
                self.series_first.data or "", self.series_count.data or "", last.day.data or ""
            )
        except ValueError:
            self.add_problems([Problem("series.incomplete", _SERIES, "series_count")])
            return
        if len(filled) + len(days) > MAX_ROWS:
            self.add_problems([Problem("series.too_long", _TOO_MANY, "series_count")])
            return
        while sum(row.is_empty for row in self.rows) < len(days):
            self.sessions.append_entry({})
        free = (row for row in self.rows if row.is_empty)
        for day, row in zip(days, list(free), strict=False):
            row.day.data = format_day(day)
            row.starts.data = self.series_starts.data or last.starts.data
            row.ends.data = self.series_ends.data or last.ends.data
            row.room.data = last.room.data
        for field in (self.series_first, self.series_starts, self.series_ends, self.series_count):
            field.data = ""

    def validate_number(self, field: StringField) -> None:
        """As domain.md 1.1 says, unless it is the number the course came with from a feed."""
        if field.data != self.known_number:
            _NUMBER(self, field)

    def validate_instructors(self, field: Field) -> None:
        """No name is longer than its column."""
        if any(len(name) > _MAX_NAME for name in _names(field.data)):
            raise StopValidation(f"Ein Name hat höchstens {_MAX_NAME} Zeichen.")

    def validate_new_venue(self, field: Field) -> None:
        """Either a known place or a new one, and a new one has a name."""
        if field.data and self.place.data:
            raise StopValidation("Bitte wählen Sie einen Ort oder tragen Sie einen neuen ein.")
        others = (self.new_room, self.new_street, self.new_postal_code, self.new_city)
        if not field.data and any(other.data for other in others):
            raise StopValidation("Bitte geben Sie dem neuen Ort einen Namen.")

    def validate_max_participants(self, field: Field) -> None:
        """At least as many as the minimum."""
        least = typed.count_or_none(self.min_participants.data)
        most = typed.count_or_none(field.data)
        if least is not None and most is not None and least > most:
            raise StopValidation("Die Höchstzahl liegt unter der Mindestzahl.")

    def validate_max_age(self, field: Field) -> None:
        """At least the minimum age."""
        least, most = typed.count_or_none(self.min_age.data), typed.count_or_none(field.data)
        if least is not None and most is not None and least > most:
            raise StopValidation("Das Höchstalter liegt unter dem Mindestalter.")

    def validate_fee(self, field: Field) -> None:
        """A fee or "auf Anfrage", not both."""
        if bool(field.data) == bool(self.on_request.data):
            raise StopValidation(
                "Bitte geben Sie ein Entgelt ein oder wählen Sie „auf Anfrage“, nicht beides."
                if field.data
                else "Bitte geben Sie ein Entgelt ein; 0 heißt kostenlos."
            )

    def validate_reduced_fee(self, field: Field) -> None:
        """The reduced fee is not above the fee."""
        fee, reduced = typed.cents_or_none(self.fee.data), typed.cents_or_none(field.data)
        if fee is not None and reduced is not None and reduced > fee:
            raise StopValidation("Das ermäßigte Entgelt liegt über dem Entgelt.")

    def validate_withdrawal_reason(self, field: Field) -> None:
        """Nobody loses a right without a reason (L12)."""
        if self.withdrawal_right.data == "excluded" and not field.data:
            raise StopValidation("Bitte begründen Sie, warum kein Widerrufsrecht besteht.")

    def validate_closes(self, field: Field) -> None:
        """Not before the opening; not after the first day, unless one may join a running course."""
        closes = typed.moment_or_none(field.data, default=typed.DAY_ENDS)
        if closes is None:
            return
        opens = typed.moment_or_none(self.opens.data, default=typed.DAY_BEGINS)
        if opens is not None and closes < opens:
            raise StopValidation("Der Anmeldeschluss liegt vor dem Anmeldebeginn.")
        first = earliest(self.rows)
        closing_day = clock.in_berlin(closes).date()
        if first is not None and closing_day > first and not self.late_entry.data:
            raise StopValidation("Der Anmeldeschluss liegt nach dem ersten Termin.")

    def course_data(self) -> CourseData:
        """The checked values for `save_course`."""
        place = self.place.data or None
        return CourseData(
            number=self.number.data or "",
            plain_fields=self._plain_fields(),
            description=self.description.data or "",
            notes=self.notes.data or "",
            sessions=[row.session_data(place) for row in self.rows if row.day.data],
            instructors=_names(self.instructors.data),
            semester_code=self.semester.data or "",
            new_place=self._new_place(),
            accepts_overbooking=bool(self.accepts_overbooking.data),
        )

    def _plain_fields(self) -> dict[str, Any]:
        return {
            "number": self.number.data,
            "kind": self.kind.data,
            "title": self.title.data,
            "subtitle": self.subtitle.data,
            "program_area_id": self.program_area.data or None,
            "teaching_units": typed.count_or_none(self.teaching_units.data),
            "min_participants": typed.count_or_none(self.min_participants.data),
            "max_participants": typed.count_or_none(self.max_participants.data),
            "min_age": typed.count_or_none(self.min_age.data),
            "max_age": typed.count_or_none(self.max_age.data),
            "fee_cents": typed.cents_or_none(self.fee.data),
            "reduced_fee_cents": typed.cents_or_none(self.reduced_fee.data),
            "booking_opens_at": typed.moment_or_none(self.opens.data, default=typed.DAY_BEGINS),
            "booking_closes_at": typed.moment_or_none(self.closes.data, default=typed.DAY_ENDS),
            "booking_channel": "office" if self.office_only.data else "online",
            "late_entry": bool(self.late_entry.data),
            "waitlist_open": bool(self.waitlist_open.data),
            "guaranteed": bool(self.guaranteed.data),
            "cancellation_policy_id": self.policy.data or None,
            "withdrawal_right": self.withdrawal_right.data,
            "withdrawal_reason": self.withdrawal_reason.data or "",
        }

    def _new_place(self) -> NewPlace | None:
        if not self.new_venue.data:
            return None
        return NewPlace(
            venue=self.new_venue.data,
            street=self.new_street.data or "",
            postal_code=self.new_postal_code.data or "",
            city=self.new_city.data or "",
            room=self.new_room.data or "",
        )


def _names(text: str | None) -> list[str]:
    """ "Giulia Conti; Dr. Emil Sander" as names, each once."""
    names = (" ".join(part.split()) for part in (text or "").split(";"))
    return list(dict.fromkeys(name for name in names if name))
