"""What the office says about a reason for an Ermäßigung."""

from typing import Any

from wtforms import BooleanField, Field
from wtforms.validators import StopValidation

from kmz.web.forms import BaseForm, line
from kmz.web.numbers import whole_number


def _whole(least: int, most: int) -> Any:
    """A whole number between both, each included."""

    def check(_form: Any, field: Field) -> None:
        number = whole_number(field.data)
        if number is None or not least <= number <= most:
            raise StopValidation(f"Bitte geben Sie eine ganze Zahl von {least} bis {most} ein.")

    return check


class ConcessionReasonForm(BaseForm):
    """Who pays less, how much less where a course has no reduced fee of its own, and the proof."""

    label = line("Bezeichnung", limit=150, required=True)
    percent = line("Abzug in Prozent", limit=3, required=True, validators=[_whole(1, 100)])
    without_proof = BooleanField("Gilt ohne Nachweis")
    position = line("Platz in der Liste", limit=3, required=True, validators=[_whole(0, 999)])
