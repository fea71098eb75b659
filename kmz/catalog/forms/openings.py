"""The forms of the Buchungsstart."""

from collections.abc import Sequence
from datetime import datetime

from wtforms import SelectField

from kmz.catalog.forms import typed
from kmz.catalog.forms.areas import NO_AREA, area_choices
from kmz.catalog.models import ProgramArea
from kmz.web.forms import BaseForm, choice, line


class MomentForm(BaseForm):
    """When it opens; a day alone means midnight."""

    opens = line("Anmeldung ab", limit=30, required=True, validators=[typed.is_moment])

    @property
    def moment(self) -> datetime:
        """The moment of a valid form."""
        return typed.read_moment(self.opens.data or "", default=typed.DAY_BEGINS)


class OpeningForm(MomentForm):
    """For which courses; call `offer` before it is shown or checked."""

    semester = SelectField("Semester")
    area = SelectField("Programmbereich", coerce=int, default=NO_AREA)

    def offer(self, *, areas: Sequence[ProgramArea], semesters: dict[str, str]) -> None:
        """What may be chosen; `semesters` are names by code."""
        self.semester.choices = [
            choice(code, f"{name} ({code})") for code, name in semesters.items()
        ]
        self.area.choices = area_choices(areas, none="alle Programmbereiche")
