"""The form in which staff write a text."""

from wtforms import HiddenField

from kmz.web.forms import BaseForm, line, text_area

MAX_TITLE, MAX_BODY = 150, 60_000


class TextForm(BaseForm):
    """Heading and HTML; `based_on` is the version the writer started from."""

    title = line("Überschrift", limit=MAX_TITLE, required=True)
    body_html = text_area("Text (HTML)", limit=MAX_BODY, required=True)
    based_on = HiddenField()

    @property
    def base_number(self) -> int:
        """The version the writer saw; 0, which is none, when the field was tampered with."""
        text = self.based_on.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
