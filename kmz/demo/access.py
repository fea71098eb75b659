"""Who may log in to the demo: addresses, and passwords made once per instance."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from kmz import clock
from kmz.accounts import factors
from kmz.accounts.models import StaffTotp, StaffUser
from kmz.db import db

CUSTOMER_EMAIL = "kundin@example.org"
STAFF_EMAIL = "verwaltung@example.org"
SCHOOL_NUMBER = "04711"
SCHOOL_USERNAME = "lehrkraft"
_SCHOOL = f"Schulnummer {SCHOOL_NUMBER}"
_FILE = "demo.txt"


@dataclass(frozen=True, slots=True)
class DemoAccess:
    """The logins of a demo instance; the school's password opens its shared and its own login."""

    customer_password: str
    staff_password: str
    school_password: str
    customer_email: str = CUSTOMER_EMAIL
    staff_email: str = STAFF_EMAIL


def find_access(instance: Path) -> DemoAccess | None:
    """The logins noted in the instance folder, or None when the file is missing or incomplete."""
    try:
        lines = (instance / _FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    found = dict(line.split(": ", 1) for line in lines if ": " in line)
    customer, staff = found.get(CUSTOMER_EMAIL), found.get(STAFF_EMAIL)
    school = found.get(_SCHOOL)
    return DemoAccess(customer, staff, school) if customer and staff and school else None


def make_access(instance: Path) -> DemoAccess:
    """New logins, noted in the instance folder for their owner only."""
    access = DemoAccess(
        customer_password=f"kurs-{secrets.token_hex(5)}-{secrets.randbelow(10)}",
        staff_password=f"buero-{secrets.token_hex(6)}-{secrets.randbelow(10)}",
        school_password=f"schule-{secrets.token_hex(5)}-{secrets.randbelow(10)}",
    )
    text = (
        "Zugänge dieser Demo\n"
        f"{access.customer_email}: {access.customer_password}\n"
        f"{access.staff_email}: {access.staff_password}\n"
        f"{_SCHOOL}: {access.school_password}\n"
    )
    write_private(instance / _FILE, text)
    return access


def staff_app_code() -> str | None:
    """What the app of the demo's member of staff shows now; None when there is no such app."""
    query = select(StaffTotp).join(StaffUser).where(StaffUser.email == STAFF_EMAIL)
    app = db.session.scalar(query)
    return factors.code_at(app.secret, clock.now()) if app is not None else None


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.replace(path)
