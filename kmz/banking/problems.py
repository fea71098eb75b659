"""Refusals known in advance about bank data."""

from kmz.banking import queries
from kmz.errors import Problem

# Why a customer cannot book what is paid by direct debit (U18).
BANK_MISSING = Problem(
    "bank.missing",
    (
        "Für Buchungen fehlt noch eine vollständige Bankverbindung. "
        "Bitte ergänzen Sie sie unter Bankverbindungen."
    ),
    link="/konto/bankverbindungen",
    link_label="Bankverbindung ergänzen",
)


def bank_problems(customer_id: int) -> list[Problem]:
    """What is missing of a customer's bank data for a booking with a fee."""
    return [] if queries.has_bank_account(customer_id) else [BANK_MISSING]
