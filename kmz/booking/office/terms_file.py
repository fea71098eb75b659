"""The AGB as a file that a confirmation carries: a link alone is nothing to keep (L05)."""

from flask import current_app

from kmz.content.placeholders import fill_html, fill_line, values_of
from kmz.content.queries import terms_named
from kmz.mail.rules import Attachment
from kmz.sanitising import page_text
from kmz.web.recent import RecentMemory, recent_memory

_KEPT_VERSIONS = 4


def terms_file(version: str) -> Attachment:
    """The AGB by the name that a booking keeps, as they are read on the portal.

    A version never changes, so the last ones asked for are kept. NotFoundError for a version that
    never was.
    """
    memory: RecentMemory[Attachment] = recent_memory("terms_files", _KEPT_VERSIONS)
    kept = memory.at(version)
    if kept is None:
        kept = Attachment(f"{version}.txt", "text/plain", _written_out(version))
        memory.remember(version, kept)
    return kept


def _written_out(version: str) -> str:
    text = terms_named(version)
    values = values_of(current_app.config["KMZ"])
    body = page_text(fill_html(text.body_html, values))
    return f"{fill_line(text.title, values)}, Fassung {version}\n\n{body}\n"
