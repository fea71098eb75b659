"""The form of Stornobedingungen."""

from wtforms import BooleanField, Field
from wtforms.validators import StopValidation

from kmz.catalog.policy_lines import steps_problem
from kmz.web.forms import BaseForm, line, text_area


class PolicyForm(BaseForm):
    """A policy: without a line leaving is always free."""

    name = line("Name", limit=100, required=True)
    steps = text_area("Stufen", limit=500)
    note = text_area("Hinweis", limit=500)
    is_default = BooleanField("Gilt für alle Kurse ohne eigene Stornobedingungen")

    def validate_steps(self, field: Field) -> None:
        """Each line days and cost."""
        problem = steps_problem(field.data or "")
        if problem:
            raise StopValidation(problem.message)
