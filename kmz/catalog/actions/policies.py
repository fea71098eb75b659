"""The office's Stornobedingungen; bookings that were cancelled keep theirs."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from kmz.accounts.models import StaffUser
from kmz.audit.actions import record
from kmz.catalog.models import CancellationPolicy
from kmz.catalog.policy_lines import read_steps
from kmz.db import transaction, violated
from kmz.errors import NotFoundError, Problem, RefusedError

NAME_TAKEN = Problem("policy.name_taken", "Diesen Namen gibt es schon.", "name")


def save_policy(
    policy_id: int | None, *, name: str, steps: str, note: str, is_default: bool, by: StaffUser
) -> CancellationPolicy:
    """Create a policy (no id) or change one; a new default takes the place of the old one.

    RefusedError when the name is taken; ValueError for steps that `steps_problem` refuses.
    """
    try:
        with transaction() as session:
            policy = CancellationPolicy()
            if policy_id is not None:
                query = select(CancellationPolicy).where(CancellationPolicy.id == policy_id)
                found = session.scalar(query.with_for_update())
                if found is None:
                    raise NotFoundError
                policy = found
            if is_default:
                session.execute(
                    update(CancellationPolicy)
                    .where(CancellationPolicy.is_default)
                    .values(is_default=False)
                )
            policy.name, policy.note, policy.is_default = name, note, is_default
            policy.steps = read_steps(steps)
            session.add(policy)
            session.flush()
            action = "policy.changed" if policy_id else "policy.created"
            record(session, action, by=by, kind="policy", object_id=policy.id, steps=policy.steps)
            return policy
    except IntegrityError as error:
        if violated(error, "uq_cancellation_policy_name"):
            raise RefusedError(NAME_TAKEN) from error
        raise


def delete_policy(policy_id: int, *, by: StaffUser) -> str:
    """Take a policy away; its courses follow the default. Its name."""
    with transaction() as session:
        policy = session.get(CancellationPolicy, policy_id)
        if policy is None:
            raise NotFoundError
        session.delete(policy)
        record(session, "policy.deleted", by=by, kind="policy", object_id=policy_id)
        return policy.name
