"""Reading Stornobedingungen."""

from sqlalchemy import select

from kmz.catalog.models import CancellationPolicy
from kmz.db import db
from kmz.errors import NotFoundError


def list_policies() -> list[CancellationPolicy]:
    """All policies, the default one first."""
    query = select(CancellationPolicy)
    order = (CancellationPolicy.is_default.desc(), CancellationPolicy.name)
    return list(db.session.scalars(query.order_by(*order)))


def policies_to_choose() -> dict[int, str]:
    """Names by id."""
    return {policy.id: policy.name for policy in list_policies()}


def get_policy(policy_id: int) -> CancellationPolicy:
    policy = db.session.get(CancellationPolicy, policy_id)
    if policy is None:
        raise NotFoundError
    return policy
