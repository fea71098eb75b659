"""Accounts of members of staff: making them, changing them, keeping people out."""

from sqlalchemy.exc import IntegrityError

from kmz import clock, log
from kmz.accounts import mails, rules
from kmz.accounts.actions.devices import forget_devices
from kmz.accounts.actions.sessions import end_logins
from kmz.accounts.models import StaffUser
from kmz.audit.actions import SYSTEM, Actor, record
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


def change_staff_password(
    staff: StaffUser, *, password_hash: str, by: Actor, keep_login: int | None = None
) -> None:
    """A new password, by its owner or the operator; all other devices are logged out (ASVS
    7.4.3). The second factor stays.
    """
    with transaction() as session:
        person = session.get_one(StaffUser, staff.id)
        person.password_hash = password_hash
        person.password_changed_at = clock.now()
        end_logins(person, by=by, keep=keep_login)
        forget_devices(person)
        record(session, "password.changed", by=by, kind="staff", object_id=person.id)
        mails.send_factor_changed(session, person, "Das Passwort wurde geändert.")
    log.event("password.changed", actor=by.actor_name)


def disable_staff(staff_id: int, *, by: Actor) -> None:
    """Lock somebody out: every login ends at once, on all servers (LOG-19, ASVS 7.4.2)."""
    with transaction() as session:
        person = session.get_one(StaffUser, staff_id)
        if person.disabled_at is not None:
            return
        person.disabled_at = clock.now()
        end_logins(person, by=by)
        record(session, "staff.disabled", by=by, kind="staff", object_id=staff_id)
    log.event("staff.disabled", actor=by.actor_name, staff=staff_id)


def enable_staff(staff_id: int, *, by: Actor) -> None:
    """Let somebody in again."""
    with transaction() as session:
        person = session.get_one(StaffUser, staff_id)
        if person.disabled_at is None:
            return
        person.disabled_at = None
        record(session, "staff.enabled", by=by, kind="staff", object_id=staff_id)
    log.event("staff.enabled", actor=by.actor_name, staff=staff_id)


def change_role(staff_id: int, role: str, *, by: Actor) -> None:
    """Give somebody another role; it counts from the next request on."""
    with transaction() as session:
        person = session.get_one(StaffUser, staff_id)
        if person.role == role:
            return
        record(
            session,
            "staff.role_changed",
            by=by,
            kind="staff",
            object_id=staff_id,
            old=person.role,
            new=role,
        )
        person.role = role
        mails.send_factor_changed(session, person, "Ihre Rolle wurde geändert.")
    log.event("staff.role_changed", actor=by.actor_name, staff=staff_id, role=role)
