"""The form of a line of synonyms."""

from kmz.catalog.synonym_lines import MAX_LENGTH
from kmz.web.forms import BaseForm, line


class SynonymForm(BaseForm):
    """Words that mean the same, with commas between them."""

    words = line("Wörter", limit=MAX_LENGTH, required=True)
