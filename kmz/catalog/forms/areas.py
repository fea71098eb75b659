"""Choosing a Programmbereich or Fachgebiet."""

from collections.abc import Sequence
from typing import Any

from kmz.catalog.models import ProgramArea
from kmz.web.forms import choice

NO_AREA = 0


def area_choices(areas: Sequence[ProgramArea], *, none: str) -> list[Any]:
    """Options for a SelectField, grouped by Programmbereich; `none` is the label of NO_AREA."""
    heads = {area.id: area.name for area in areas if area.parent_id is None}
    return [
        choice(NO_AREA, none),
        *(choice(area.id, area.name, group=heads.get(area.parent_id or area.id)) for area in areas),
    ]
