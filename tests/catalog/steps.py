"""Steps that stories about the catalogue share."""

from flask.testing import FlaskClient

from kmz.catalog.search import catalog_search
from tests.page import Page

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def refresh_search() -> None:
    """Let the search know the courses that were just made."""
    catalog_search().refresh()


def fragment(client: FlaskClient, address: str, target: str) -> Page:
    """What htmx gets when it asks for one block of a page."""
    return Page(client.get(address, headers={**FRAGMENT, "HX-Target": f"div#{target}"}))


def course_links(page: Page) -> list[str]:
    """The addresses of the courses a page shows, in its order."""
    found = [address for _, address in page.links if address.startswith("/kurs/")]
    return list(dict.fromkeys(found))
