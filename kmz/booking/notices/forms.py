"""The decision who is told of a change."""

from wtforms import HiddenField

from kmz.web.forms import BaseForm, line, text_area


class TellForm(BaseForm):
    """Words of the office beside what changed; the version of the course that was shown."""

    version = HiddenField()
    note = text_area("Mitteilung an die Angemeldeten", limit=1000)


class SilenceForm(BaseForm):
    """Why nobody is told; stays in the house."""

    version = HiddenField()
    reason = line("Warum niemand benachrichtigt wird", limit=300, required=True)
