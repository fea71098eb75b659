"""What the office says when it decides."""

from kmz.web.forms import BaseForm, line


class ReasonForm(BaseForm):
    """Why the office rejects a booking or cancels a course; the customer reads it."""

    reason = line("Begründung", limit=300, required=True)
