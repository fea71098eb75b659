"""Initial passwords of school accounts: given by the office, replaced at the first login (C30)."""

from datetime import datetime

from kmz import log
from kmz.accounts import problems
from kmz.accounts.actions.passwords import set_new_password
from kmz.accounts.models import CustomerAccount, LoginSession, StaffUser
from kmz.audit.actions import record
from kmz.db import transaction
from kmz.errors import RefusedError


def replace_initial_password(customer_id: int, *, password_hash: str, keep_login: int) -> bool:
    """Put the person's own password in place of the initial one. False: that has happened already.

    Whoever was logged out meanwhile, by the office or a colleague who was faster, comes too late.
    """
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id, with_for_update=True)
        login = session.get_one(LoginSession, keep_login)
        if not customer.password_is_initial or login.ended_at is not None:
            return False
        set_new_password(session, customer, password_hash, keep_login=keep_login)
        record(
            session,
            "password.initial_replaced",
            by=customer,
            kind="customer",
            object_id=customer_id,
        )
        actor = customer.actor_name
    log.event("password.initial_replaced", actor=actor)
    return True


def give_initial_password(
    customer_id: int, *, password_hash: str, instead_of: datetime | None, by: StaffUser
) -> None:
    """Give a school account a new initial password; its logins end, the old password is dead.

    `instead_of` says when the password was set that the member of staff saw: a form that is sent
    twice must not make the printed password worthless. RefusedError then, and for accounts whose
    owner can help herself by mail.
    """
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id, with_for_update=True)
        refused = problems.initial_password_problems(customer, instead_of)
        if refused:
            raise RefusedError(*refused)
        set_new_password(session, customer, password_hash, by=by)
        customer.password_is_initial = True
        record(session, "password.initial_given", by=by, kind="customer", object_id=customer_id)
    log.event("password.initial_given", actor=by.actor_name, customer=customer_id)
