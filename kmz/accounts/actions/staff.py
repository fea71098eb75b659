"""Making accounts for members of staff (from the command line)."""

from sqlalchemy.exc import IntegrityError

from kmz import clock
from kmz.accounts import rules
from kmz.accounts.models import StaffUser
from kmz.audit.actions import SYSTEM, record
from kmz.db import transaction, violated
from kmz.errors import Problem, RefusedError


def add_staff(*, email: str, name: str, role: str, password_hash: str) -> StaffUser:
    """A new member of staff; RefusedError when the address is taken."""
    try:
        with transaction() as session:
            now = clock.now()
            staff = StaffUser(
                email=email,
                email_key=rules.email_key(email),
                name=name,
                role=role,
                password_hash=password_hash,
                password_changed_at=now,
                created_at=now,
            )
            session.add(staff)
            session.flush()
            record(session, "staff.added", by=SYSTEM, kind="staff", object_id=staff.id, role=role)
            return staff
    except IntegrityError as error:
        if violated(error, "uq_staff_user_email_key"):
            raise RefusedError(
                Problem("staff.known", f"{email} hat schon einen Zugang.")
            ) from error
        raise
