"""What axe has to say about a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# The rules of WCAG 2.2 A and AA, and what axe holds to be good practice.
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_AXE = Axe()


def violations(page: Page) -> list[str]:
    """Every rule that the page breaks, with the first places."""
    found = _AXE.run(page, options=_RULES).response["violations"]
    return [
        f"{one['id']}: {one['help']} {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found
    ]
