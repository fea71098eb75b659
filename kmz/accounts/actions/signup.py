"""Signing up with double opt-in (U01–U10, L32)."""

from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts import mails, queries, rules
from kmz.accounts.models import CustomerAccount, CustomerProfile, SignupRequest
from kmz.audit.actions import SYSTEM, record
from kmz.crypto import new_token, token_digest
from kmz.db import count_changed, transaction, violated

# The wording of the form and mail that somebody agreed to; raise it when the words change.
TEXT_VERSION = "2026-11"
MAX_MAILS = 5
MAIL_WINDOW = timedelta(hours=24)


def request_signup(*, email: str, first_name: str, last_name: str, password_hash: str) -> None:
    """Keep the wish for an account and mail the link; a known address gets another mail instead.

    The caller answers the same in every case, so nobody learns who is a customer (REG-01). The hash
    is made by the caller before the transaction, because it is slow on purpose.
    """
    with transaction() as session:
        token, now = new_token(), clock.now()
        if queries.recent_mail_count(email, MAIL_WINDOW) >= MAX_MAILS:
            return
        request = SignupRequest(
            token_hash=token_digest(token),
            email=email,
            email_key=rules.email_key(email),
            first_name=first_name,
            last_name=last_name,
            password_hash=password_hash,
            text_version=TEXT_VERSION,
            created_at=now,
            expires_at=now + rules.SIGNUP_LINK_LIFETIME,
        )
        session.add(request)
        known = queries.find_customer(email)
        if known is None:
            mails.send_confirmation_link(session, request, token)
        else:
            mails.send_address_known(session, known)


def confirm_signup(token: str) -> CustomerAccount | None:
    """Make the account of a sign-up; None when the link is unknown, used, too old or the address
    taken.

    Marking the request used is the first statement, so of several clicks at once one wins.
    """
    try:
        with transaction() as session:
            request = queries.find_open_signup(token)
            if request is None or not _take(session, request):
                return None
            now = clock.now()
            customer = CustomerAccount(
                email=request.email,
                email_key=request.email_key,
                password_hash=request.password_hash,
                password_changed_at=now,
                first_name=request.first_name,
                last_name=request.last_name,
                created_at=now,
                profile=CustomerProfile(),
            )
            session.add(customer)
            session.flush()
            record(session, "account.created", by=customer, kind="customer", object_id=customer.id)
            mails.send_welcome(session, customer)
            return customer
    except IntegrityError as error:
        if violated(error, "uq_customer_account_email_key"):
            return None
        raise


def _take(session: Session, request: SignupRequest) -> bool:
    statement = (
        update(SignupRequest)
        .where(SignupRequest.id == request.id, SignupRequest.confirmed_at.is_(None))
        .values(confirmed_at=clock.now())
    )
    return count_changed(session, statement) == 1


def delete_old_signups() -> int:
    """Forget sign-ups that nobody confirmed (7 days) and the hashes of those that were (L28)."""
    with transaction() as session:
        old = clock.now() - rules.SIGNUP_KEPT_FOR
        gone = count_changed(session, delete(SignupRequest).where(SignupRequest.created_at < old))
        if gone:
            record(session, "signup.purged", by=SYSTEM, kind="signup", count=gone)
        return gone
