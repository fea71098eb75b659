"""Reading second factors and passkeys."""

from sqlalchemy import ColumnElement, exists, func, or_, select

from kmz.accounts.models import (
    CustomerAccount,
    Passkey,
    StaffRecoveryCode,
    StaffTotp,
    StaffUser,
    owned_by,
)
from kmz.db import db


def has_second_factor(staff_id: int) -> bool:
    """Whether a member of staff has an app or a passkey."""
    return db.session.scalar(select(or_(_app_exists(staff_id), _passkey_exists(staff_id)))) or False


def has_app(staff_id: int) -> bool:
    return db.session.scalar(select(_app_exists(staff_id))) or False


def _app_exists(staff_id: int) -> ColumnElement[bool]:
    return exists().where(StaffTotp.staff_id == staff_id, StaffTotp.confirmed_at.is_not(None))


def _passkey_exists(staff_id: int) -> ColumnElement[bool]:
    return exists().where(Passkey.staff_id == staff_id)


def passkeys_of(person: CustomerAccount | StaffUser) -> list[Passkey]:
    """A person's passkeys, the oldest first."""
    query = select(Passkey).filter_by(**owned_by(person)).order_by(Passkey.id)
    return list(db.session.scalars(query))


def recovery_codes_of(staff_id: int) -> list[StaffRecoveryCode]:
    """All recovery codes in the order of their places, used ones too."""
    query = (
        select(StaffRecoveryCode)
        .where(StaffRecoveryCode.staff_id == staff_id)
        .order_by(StaffRecoveryCode.id)
    )
    return list(db.session.scalars(query))


def unused_recovery_code_count(staff_id: int) -> int:
    query = select(func.count()).where(
        StaffRecoveryCode.staff_id == staff_id, StaffRecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(query) or 0


def find_passkey(credential_id: str) -> Passkey | None:
    """The passkey that a device calls by this id, whoever owns it."""
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def staff_with_second_factor() -> set[int]:
    """The ids of all members of staff with an app or a passkey."""
    query = select(StaffUser.id).where(
        or_(
            exists().where(StaffTotp.staff_id == StaffUser.id, StaffTotp.confirmed_at.is_not(None)),
            exists().where(Passkey.staff_id == StaffUser.id),
        )
    )
    return set(db.session.scalars(query))
