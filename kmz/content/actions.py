"""Publishing a new version of a text."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.audit.actions import record
from kmz.content.models import TextVersion
from kmz.content.queries import Text, current_text
from kmz.db import transaction, violated
from kmz.errors import Problem, RefusedError
from kmz.sanitising import clean_page

CHANGED_MEANWHILE = Problem(
    "text.changed",
    "Jemand hat diesen Text inzwischen geändert. Ihre Fassung steht unten; "
    "die neue finden Sie bei den früheren Fassungen.",
)
EMPTY = Problem("text.empty", "Der Text enthält nichts, was angezeigt werden kann.", "body_html")


def publish_text(
    page: str, title: str, body_html: str, *, by: StaffUser, based_on: int | None = None
) -> Text:
    """Show this text from now on; the versions before stay (L05, L06). The HTML is sanitised here.

    The same text again makes no new version. RefusedError when nothing is left of the text, or when
    a version newer than `based_on` stands; NotFoundError for a page that does not exist.
    """
    clean = clean_page(body_html).strip()
    if not clean:
        raise RefusedError(EMPTY)
    try:
        with transaction() as session:
            current = current_text(page)
            if based_on is not None and based_on != current.number:
                raise RefusedError(CHANGED_MEANWHILE)
            if (title, clean) != (current.title, current.body_html.strip()):
                _add_version(session, current, title, clean, by)
            return current_text(page)
    except IntegrityError as error:
        if violated(error, "uq_text_version_page_number"):
            raise RefusedError(CHANGED_MEANWHILE) from error
        raise


def _add_version(
    session: Session, current: Text, title: str, body_html: str, by: StaffUser
) -> None:
    version = TextVersion(
        page=current.page,
        number=current.number + 1,
        title=title,
        body_html=body_html,
        created_at=clock.now(),
        created_by_id=by.id,
    )
    session.add(version)
    session.flush()
    record(
        session,
        "text.published",
        by=by,
        kind="text",
        object_id=version.id,
        page=version.page,
        number=version.number,
    )
