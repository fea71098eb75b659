"""Refusals known in advance about alerts."""

from kmz.alerts import queries
from kmz.alerts.queries import Owner
from kmz.alerts.wanted import Wanted, WantedSearch
from kmz.errors import Problem

NOTHING_WANTED = Problem(
    "search.empty",
    "Diese Suche umfasst das ganze Programm. Bitte geben Sie zuerst Suchwörter ein oder wählen Sie "
    "einen Filter.",
    link="/kurse",
    link_label="Zum Programm",
)


def limit_problems(wanted: Wanted, owner: Owner) -> list[Problem]:
    """Whether this mailbox has as many alerts of the kind as it may."""
    if queries.count_alerts(wanted.table, owner) < wanted.limit:
        return []
    if isinstance(wanted, WantedSearch):
        message = (
            f"Mehr als {wanted.limit} Suchabos sind für eine E-Mail-Adresse nicht möglich. "
            "Bitte beenden Sie zuerst eines."
        )
        return [Problem("search.limit", message)]
    message = (
        f"Sie warten schon auf freie Plätze in {wanted.limit} Kursen; mehr sind für eine "
        "E-Mail-Adresse nicht möglich. Bitte beenden Sie zuerst eine dieser Benachrichtigungen."
    )
    return [Problem("seats.limit", message)]
