"""The forms of Teilnehmende Personen."""

from dataclasses import replace

from wtforms import SelectField

from kmz.accounts.forms.fields import birth_date_field, birth_date_of, name_field
from kmz.booking.rules import RELATIONS, ParticipantName, PersonData
from kmz.web.forms import BaseForm, choice


class NewPersonForm(BaseForm):
    """One more of the Teilnehmende Personen; a birth date is asked for when a course needs it."""

    first_name = name_field("Vorname")
    last_name = name_field("Name")
    relation = SelectField(
        "Beziehung",
        choices=[
            choice("", "keine Angabe"),
            *(choice(key, label) for key, label in RELATIONS.items()),
        ],
    )

    @property
    def person(self) -> PersonData:
        """The checked values."""
        name = ParticipantName(self.first_name.data or "", self.last_name.data or "")
        return PersonData(name, self.relation.data or "")


class PersonForm(NewPersonForm):
    """A known person, whose birth date may be mended or taken back."""

    birth_date = birth_date_field()

    @property
    def person(self) -> PersonData:
        """The checked values."""
        return replace(super().person, birth_date=birth_date_of(self.birth_date))
