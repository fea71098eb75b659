"""Steps that many stories share: logging in, reading the badge, sending what no page offers."""

import re
from typing import Any

import pyotp
from sqlalchemy import select, update

from kmz import clock
from kmz.accounts import factors
from kmz.accounts.models import StaffTotp, StaffUser
from kmz.db import db, transaction
from tests.factories import APP_SECRET, PASSWORD, STAFF_PASSWORD
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
    """Log a member of staff in, with password and code; the dashboard, or the page asked for."""
    show_password(browser, email)
    return browser.submit("Bestätigen", code=next_code(email))


def show_password(browser: Browser, email: str) -> Page:
    """The first half of a staff login; the page that asks for the second factor."""
    browser.open("/verwaltung/login")
    return browser.submit("Anmelden", email=email, password=STAFF_PASSWORD)


def next_code(email: str) -> str:
    """What the app of a member of staff shows now, as if none of its codes had been used yet: it
    holds for half a minute at least, and a test may log the same person in several times.
    """
    here = factors.step_of(clock.now())
    person = select(StaffUser.id).where(StaffUser.email == email).scalar_subquery()
    with transaction():
        db.session.execute(
            update(StaffTotp).where(StaffTotp.staff_id == person).values(last_step=here - 1)
        )
    return code_at(here)


def code_at(step: int) -> str:
    """The code of a time step."""
    return pyotp.TOTP(APP_SECRET).generate_otp(step)


def printed_codes(page: Page) -> list[str]:
    """The recovery codes on the page that shows them once."""
    return re.findall(r"<code>([0-9a-f ]+)</code>", page.html)


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
