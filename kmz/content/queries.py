"""Reading texts. The text shipped with the product counts as version 1 of its page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, tuple_

from kmz.accounts.models import StaffUser
from kmz.content.models import TextVersion
from kmz.content.pages import PAGES, TextPage, get_page
from kmz.db import db
from kmz.errors import NotFoundError

SHIPPED_NUMBER = 1
_TERMS = "agb-"
_MAX_NUMBER = 1_000_000  # more than any page has, less than the column holds


@dataclass(frozen=True, slots=True)
class Text:
    """One version of a page's text; `body_html` is sanitised and still holds its placeholders.

    `changed_at` and `changed_by` are empty for the text that was shipped.
    """

    page: str
    title: str
    body_html: str
    number: int
    changed_at: datetime | None = None
    changed_by: str = ""


def current_text(page: str) -> Text:
    """The text that is shown now; NotFoundError for a page that does not exist."""
    shipped = get_page(page)
    newest = _versions(page).limit(1)
    row = db.session.execute(newest).first()
    return _text(*row) if row else _shipped(shipped)


def current_texts() -> list[Text]:
    """The current text of every page, in the order of `PAGES`."""
    highest = select(TextVersion.page, func.max(TextVersion.number)).group_by(TextVersion.page)
    query = _with_author().where(tuple_(TextVersion.page, TextVersion.number).in_(highest))
    newest = {row[0].page: _text(*row) for row in db.session.execute(query)}
    return [newest.get(key) or _shipped(page) for key, page in PAGES.items()]


def versions_of(page: str) -> list[Text]:
    """All versions of a page's text, newest first."""
    shipped = get_page(page)
    written = [_text(*row) for row in db.session.execute(_versions(page))]
    return [*written, _shipped(shipped)]


def get_version(page: str, number: int) -> Text:
    """One version; NotFoundError when the page never had it."""
    if number == SHIPPED_NUMBER:
        return _shipped(get_page(page))
    if number > _MAX_NUMBER:
        raise NotFoundError
    row = db.session.execute(_versions(page).where(TextVersion.number == number)).first()
    if row is None:
        raise NotFoundError
    return _text(*row)


# The number of the newest version of the AGB, None for those shipped; for queries that ask more.
TERMS_NUMBER = (
    select(func.max(TextVersion.number)).where(TextVersion.page == "terms").scalar_subquery()
)


def terms_version() -> str:
    """The version of the AGB as a booking keeps it (L06), e.g. "agb-1"."""
    return terms_name(db.session.scalar(select(TERMS_NUMBER)))


def terms_name(number: int | None) -> str:
    """What a booking calls this version of the AGB."""
    return f"{_TERMS}{number or SHIPPED_NUMBER}"


def terms_named(version: str) -> Text:
    """The AGB by the name that a booking keeps; NotFoundError when they never had it."""
    number = version.removeprefix(_TERMS)
    if version == number or not (number.isdecimal() and number.isascii() and len(number) < 8):
        raise NotFoundError
    return get_version("terms", int(number))


def _with_author() -> Select[TextVersion, str]:
    return select(TextVersion, StaffUser.name).join(
        StaffUser, StaffUser.id == TextVersion.created_by_id
    )


def _versions(page: str) -> Select[TextVersion, str]:
    return _with_author().where(TextVersion.page == page).order_by(TextVersion.number.desc())


def _text(version: TextVersion, author: str) -> Text:
    return Text(
        version.page, version.title, version.body_html, version.number, version.created_at, author
    )


def _shipped(page: TextPage) -> Text:
    return Text(page.key, page.title, page.default_html, SHIPPED_NUMBER)
