"""Telling the search that the catalogue changed."""

from sqlalchemy import text
from sqlalchemy.orm import Session

# Both databases speak this form; it needs no second try when two make the first row at once.
_BUMP = text(
    "INSERT INTO catalog_version (id, number) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET number = catalog_version.number + 1"
)


def bump_catalog_version(session: Session) -> None:
    """Raise the version in the transaction that changes courses; locks its row until the end."""
    session.execute(_BUMP)
