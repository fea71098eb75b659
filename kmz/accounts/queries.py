"""Reading accounts and login sessions."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from kmz import clock
from kmz.accounts import address_queries, rules, slowing
from kmz.accounts.login_names import (
    LoginName,
    SchoolName,
    school_number_key,
    school_username_key,
)
from kmz.accounts.models import (
    CustomerAccount,
    CustomerProfile,
    KnownDevice,
    LoginFailure,
    LoginSession,
    PasswordReset,
    School,
    SignupRequest,
    StaffUser,
    owned_by,
)
from kmz.accounts.slowing import Failures
from kmz.crypto import token_digest
from kmz.db import db
from kmz.errors import NotFoundError


def find_customer(email: str) -> CustomerAccount | None:
    """The customer whose mailbox this is, also when disabled."""
    query = select(CustomerAccount).where(CustomerAccount.email_key == rules.email_key(email))
    return db.session.scalar(query)


def find_staff(email: str) -> StaffUser | None:
    query = select(StaffUser).where(StaffUser.email_key == rules.email_key(email))
    return db.session.scalar(query)


def find_school_customer(number: str, username: str) -> CustomerAccount | None:
    """The account of a living school with this user name ("" where the school has one login), also
    when disabled.
    """
    query = (
        select(CustomerAccount)
        .join(CustomerAccount.school)
        .where(
            School.number == school_number_key(number),
            School.disabled_at.is_(None),
            CustomerAccount.school_username == school_username_key(username),
        )
    )
    return db.session.scalar(query)


def school_of(customer: CustomerAccount) -> School:
    """The school to which a customer belongs; NotFoundError where there is none."""
    school = db.session.get(School, customer.school_id) if customer.school_id else None
    if school is None:
        raise NotFoundError
    return school


def find_person(name: LoginName) -> CustomerAccount | StaffUser | None:
    """Whom a name at a login means, also when disabled."""
    if isinstance(name, SchoolName):
        return find_school_customer(name.number, name.username)
    return find_staff(name.email) if name.is_staff else find_customer(name.email)


def profile_of(customer_id: int) -> CustomerProfile:
    """The profile of a customer; every account has one."""
    profile = db.session.get(CustomerProfile, customer_id)
    if profile is None:
        raise NotFoundError
    return profile


_CUSTOMER_WITH_PROFILE = (
    select(CustomerAccount, CustomerProfile)
    .join(CustomerProfile, CustomerProfile.customer_id == CustomerAccount.id)
    .where(CustomerAccount.id == bindparam("customer"))
)


def get_customer_with_profile(customer_id: int) -> tuple[CustomerAccount, CustomerProfile]:
    """Both rows of a customer in one query; NotFoundError when there is none."""
    row = db.session.execute(_CUSTOMER_WITH_PROFILE, {"customer": customer_id}).one_or_none()
    if row is None:
        raise NotFoundError
    return row[0], row[1]


# Asked by every request of somebody logged in, so they are made once.
_CUSTOMER_LOGIN, _STAFF_LOGIN = (
    select(LoginSession)
    .where(LoginSession.token_hash == bindparam("digest"))
    .options(joinedload(owner))
    for owner in (LoginSession.customer, LoginSession.staff)
)


def find_login(token: str, *, is_staff: bool) -> LoginSession | None:
    """The living login behind a cookie's token, with its owner; None when over or ended,
    or when the owner may no longer log in.
    """
    query = _STAFF_LOGIN if is_staff else _CUSTOMER_LOGIN
    login = db.session.scalar(query, {"digest": token_digest(token)})
    if login is None or login.ended_at is not None:
        return None
    person = login.staff if is_staff else login.customer
    if person is None or not person.may_log_in:
        return None
    return login if clock.now() <= end_of(login) else None


def end_of(login: LoginSession) -> datetime:
    """When a login ends by itself."""
    is_staff = login.staff_id is not None
    return rules.end_of_login(login.created_at, login.last_seen_at, is_staff=is_staff)


def find_former_customer(token: str) -> int | None:
    """Whose login this was, however it ended; it opens nothing any more."""
    query = select(LoginSession.customer_id).where(LoginSession.token_hash == token_digest(token))
    return db.session.scalar(query)


def logins_of(person: CustomerAccount | StaffUser) -> list[LoginSession]:
    """The living logins of a person, the newest use first."""
    now = clock.now()
    idle, absolute = rules.login_limits(is_staff=isinstance(person, StaffUser))
    query = (
        select(LoginSession)
        .filter_by(**owned_by(person), ended_at=None)
        .where(LoginSession.last_seen_at > now - idle, LoginSession.created_at > now - absolute)
        .order_by(LoginSession.last_seen_at.desc())
    )
    return list(db.session.scalars(query))


def last_logins_of(person: CustomerAccount | StaffUser, *, limit: int = 10) -> list[LoginSession]:
    """The newest logins of a person, those that are over too."""
    query = select(LoginSession).filter_by(**owned_by(person))
    return list(db.session.scalars(query.order_by(LoginSession.id.desc()).limit(limit)))


def find_open_signup(token: str) -> SignupRequest | None:
    """The sign-up whose link is still good."""
    query = select(SignupRequest).where(
        SignupRequest.token_hash == token_digest(token),
        SignupRequest.confirmed_at.is_(None),
        SignupRequest.expires_at > clock.now(),
    )
    return db.session.scalar(query)


def find_resendable_signup(again: str) -> SignupRequest | None:
    """The sign-up whose page may ask for the mail once more."""
    query = select(SignupRequest).where(
        SignupRequest.resend_hash == token_digest(again),
        SignupRequest.confirmed_at.is_(None),
        SignupRequest.expires_at > clock.now(),
    )
    return db.session.scalar(query)


def find_open_reset(token: str) -> PasswordReset | None:
    """The password reset whose link is still good.

    None is while the old mailbox may object to an address that staff entered: a reset by mail would
    lead around the second member of staff (L34).
    """
    query = select(PasswordReset).where(
        PasswordReset.token_hash == token_digest(token),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > clock.now(),
    )
    reset = db.session.scalar(query)
    if reset is not None and address_queries.find_untried_change(reset.customer_id):
        return None
    return reset


def knows_device(person: CustomerAccount | StaffUser, token: str) -> bool:
    """Whether this person has logged in before in the browser with this token."""
    if not token:
        return False
    query = select(KnownDevice.id).filter_by(**owned_by(person), token_hash=token_digest(token))
    return db.session.scalar(query) is not None


def has_logged_in(person: CustomerAccount | StaffUser) -> bool:
    """Whether there is a login of this person, open or lately over."""
    query = select(LoginSession.id).filter_by(**owned_by(person)).limit(1)
    return db.session.scalar(query) is not None


def failures_at_account(account_key: str, *, since: datetime | None) -> Failures:
    """Wrong guesses at an account; those before `since`, at an older password, are forgiven."""
    begin = clock.now() - slowing.AT_ACCOUNT.window
    conditions = [LoginFailure.account_key == account_key]
    if since is not None:
        begin = max(begin, since)
        conditions.append(LoginFailure.at > since)
    query = select(
        func.count().filter(LoginFailure.at > begin), func.max(LoginFailure.at), func.count()
    ).where(*conditions)
    recent, last_at, ever = db.session.execute(query).one()
    return Failures(recent, last_at, ever)


def failures_from_address(address_key: str) -> Failures:
    """Wrong guesses from a client address, whoever they were meant for."""
    begin = clock.now() - slowing.FROM_ADDRESS.window
    query = select(func.count(), func.max(LoginFailure.at)).where(
        LoginFailure.address_key == address_key, LoginFailure.at > begin
    )
    recent, last_at = db.session.execute(query).one()
    return Failures(recent, last_at)


def recent_mail_count(email: str, within: timedelta) -> int:
    """How many sign-up mails one address was asked for lately (REG-12)."""
    query = select(func.count()).where(
        SignupRequest.email_key == rules.email_key(email),
        SignupRequest.created_at > clock.now() - within,
    )
    return db.session.scalar(query) or 0


def recent_reset_count(customer_id: int, within: timedelta) -> int:
    """How many reset links a customer was sent lately (RES-02)."""
    query = select(func.count()).where(
        PasswordReset.customer_id == customer_id,
        PasswordReset.created_at > clock.now() - within,
    )
    return db.session.scalar(query) or 0
