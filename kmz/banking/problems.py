"""Refusals known in advance about bank data."""

from kmz.banking import queries
from kmz.errors import Problem


def bank_problems(customer_id: int) -> list[Problem]:
    """Why a customer cannot book what is paid by direct debit (U18)."""
    if queries.has_bank_account(customer_id):
        return []
    message = (
        "Für Buchungen fehlt noch eine vollständige Bankverbindung. "
        "Bitte ergänzen Sie sie unter Bankverbindungen."
    )
    return [
        Problem(
            "bank.missing",
            message,
            link="/konto/bankverbindungen",
            link_label="Bankverbindung ergänzen",
        )
    ]
