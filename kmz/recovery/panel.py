"""What the office sees of an account before it opens a way back into it."""

from dataclasses import dataclass

from kmz import clock
from kmz.accounts import staff_queries as customers
from kmz.accounts.models import AddressChange, CustomerAccount
from kmz.errors import Problem
from kmz.recovery import problems, queries, rules, staff_queries
from kmz.recovery.models import RecoveryLink


@dataclass(frozen=True, slots=True)
class Panel:
    """The customer, where a link would go, whether a second person must agree, and what was."""

    customer: CustomerAccount
    case_id: int | None
    mailbox: str
    pending: AddressChange | None
    needs_second: bool
    problems: list[Problem]
    links: list[RecoveryLink]
    changes: list[AddressChange]

    @property
    def objected(self) -> AddressChange | None:
        """The newest change that the old address objected to."""
        return next((change for change in self.changes if change.objected_at), None)


def panel_of(customer_id: int, case_id: int | None = None) -> Panel:
    """NotFoundError when there is no such customer."""
    customer = customers.get_customer(customer_id)
    pending = queries.find_pending_change(customer_id)
    change = pending or queries.find_young_change(customer)
    return Panel(
        customer=customer,
        case_id=case_id,
        mailbox=queries.mailbox_of(customer, pending),
        pending=pending,
        needs_second=change is not None and rules.is_young(change, clock.now()),
        problems=problems.link_problems(customer, pending),
        links=staff_queries.links_of(customer_id),
        changes=staff_queries.changes_of(customer_id),
    )
