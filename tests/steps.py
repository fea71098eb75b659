"""Steps that many stories share: logging in, reading the badge, sending what no page offers."""

import re
from typing import Any

from tests.factories import PASSWORD, STAFF_PASSWORD
from tests.page import Browser, Page


def log_in(browser: Browser, email: str) -> Page:
    """Log a customer in; the hub."""
    browser.open("/login")
    return browser.submit("Anmelden", login_email=email, login_password=PASSWORD)


def log_in_by_school(
    browser: Browser, number: str, username: str = "", password: str = PASSWORD
) -> Page:
    """Log in by Schulnummer; the hub, if everything fits."""
    browser.open("/login")
    return browser.submit(
        "Anmelden",
        action="/login/schule",
        school_number=number,
        school_username=username,
        school_password=password,
    )


def log_in_staff(browser: Browser, email: str) -> Page:
    """Log a member of staff in; the dashboard."""
    browser.open("/verwaltung/login")
    return browser.submit("Anmelden", email=email, password=STAFF_PASSWORD)


def badge(page: Page) -> str:
    """What the cart's badge says, "" while the cart is empty."""
    found = re.search(r'id="cart-badge">(?:<span class="badge"[^>]*>(\d+))?', page.html)
    assert found is not None
    return found[1] or ""


def token_of(page: Page) -> str:
    """The CSRF token of a page, wherever it stands."""
    found = re.search(
        r'X-CSRFToken&#34;: &#34;([^&]+)&#34;|name="csrf_token" value="([^"]+)"', page.html
    )
    assert found is not None, page.text[:200]
    return found[1] or found[2]


def send(
    browser: Browser, address: str, headers: dict[str, str] | None = None, **data: Any
) -> Page:
    """POST what no form on the page offers, with a good CSRF token; redirects are followed.

    `__` in a name stands for the hyphen of form fields; a value may be a list.
    """
    fields = {name.replace("__", "-"): value for name, value in data.items()}
    fields["csrf_token"] = token_of(browser.page)
    response = browser.client.post(address, data=fields, headers=headers, follow_redirects=True)
    return Page(response)
