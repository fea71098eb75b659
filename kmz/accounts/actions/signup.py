"""Signing up with double opt-in (U01–U10, L32)."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
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


@dataclass(frozen=True, slots=True)
class Applicant:
    """What the form of a sign-up told, and from where it came (a fingerprint of the address)."""

    email: str
    first_name: str
    last_name: str
    password_hash: str
    asked_from: str


def request_signup(applicant: Applicant) -> str:
    """Keep the wish for an account and mail the link; a known address gets another mail instead.

    The caller answers the same in every case, so nobody learns who is a customer (REG-01). The hash
    is made by the caller before the transaction, because it is slow on purpose. The answer is a
    token with which `resend_link` sends the mail again.
    """
    again = new_token()
    with transaction() as session:
        _mail_link(session, applicant, text_version=TEXT_VERSION, again=again)
    return again


def resend_link(again: str, *, asked_from: str) -> None:
    """Mail a sign-up its link, or its other mail, once more; within the limit of the address.

    Earlier links stay good: a mail that was late may still arrive.
    """
    with transaction() as session:
        request = queries.find_resendable_signup(again)
        if request is None:
            return
        applicant = Applicant(
            email=request.email,
            first_name=request.first_name,
            last_name=request.last_name,
            password_hash=request.password_hash,
            asked_from=asked_from,
        )
        version = request.text_version
        if queries.recent_mail_count(applicant.email, MAIL_WINDOW) < MAX_MAILS:
            request.resend_hash = None  # the newest wish of the page takes it over
            session.flush()
            _mail_link(session, applicant, text_version=version, again=again)


def _mail_link(session: Session, applicant: Applicant, *, text_version: str, again: str) -> None:
    if queries.recent_mail_count(applicant.email, MAIL_WINDOW) >= MAX_MAILS:
        return
    token, now = new_token(), clock.now()
    request = SignupRequest(
        token_hash=token_digest(token),
        resend_hash=token_digest(again),
        email=applicant.email,
        email_key=rules.email_key(applicant.email),
        first_name=applicant.first_name,
        last_name=applicant.last_name,
        password_hash=applicant.password_hash,
        text_version=text_version,
        created_at=now,
        expires_at=now + rules.SIGNUP_LINK_LIFETIME,
        asked_from=applicant.asked_from,
    )
    session.add(request)
    known = queries.find_customer(applicant.email)
    if known is None:
        mails.send_confirmation_link(session, request, token)
    else:
        mails.send_address_known(session, known)


def confirm_signup(token: str, *, confirmed_from: str) -> CustomerAccount | None:
    """Make the account of a sign-up; None when the link is unknown, used, too old or the address
    taken.

    Marking the request used is one statement, so of several clicks at once one wins. The
    request stays as evidence of the double opt-in (L32); what else waited for this address dies,
    because only the confirmed wish sets the password (REG-06).
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
            request.customer_id = customer.id
            request.confirmed_from = confirmed_from
            request.password_hash, request.resend_hash = "", None
            _end_other_links(session, request)
            record(session, "account.created", by=customer, kind="customer", object_id=customer.id)
            mails.send_welcome(session, customer)
            return customer
    except IntegrityError as error:
        if violated(error, "uq_customer_account_email_key"):
            return None
        raise


def _end_other_links(session: Session, confirmed: SignupRequest) -> None:
    others = update(SignupRequest).where(
        SignupRequest.email_key == confirmed.email_key, SignupRequest.confirmed_at.is_(None)
    )
    count_changed(session, others.values(expires_at=clock.now(), resend_hash=None))


def _take(session: Session, request: SignupRequest) -> bool:
    # All wishes for the address, in one order: two confirmed at once must not wait for each other.
    wishes = select(SignupRequest.id).where(SignupRequest.email_key == request.email_key)
    session.execute(wishes.order_by(SignupRequest.id).with_for_update())
    statement = (
        update(SignupRequest)
        .where(
            SignupRequest.id == request.id,
            SignupRequest.confirmed_at.is_(None),
            SignupRequest.expires_at > clock.now(),
        )
        .values(confirmed_at=clock.now())
    )
    return count_changed(session, statement) == 1


def delete_old_signups() -> int:
    """Forget sign-ups that nobody confirmed within 7 days (L28); the others are evidence."""
    with transaction() as session:
        old = clock.now() - rules.SIGNUP_KEPT_FOR
        unconfirmed = delete(SignupRequest).where(
            SignupRequest.created_at < old, SignupRequest.confirmed_at.is_(None)
        )
        gone = count_changed(session, unconfirmed)
        if gone:
            record(session, "signup.purged", by=SYSTEM, kind="signup", count=gone)
        return gone
