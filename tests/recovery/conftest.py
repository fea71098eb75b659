"""People with a recovery link in their mailbox."""

import pytest
from flask import Flask

from kmz.accounts.models import CustomerAccount
from kmz.recovery import link_views
from kmz.recovery.puzzle import new_riddle
from kmz.recovery.puzzle.rules import Riddle
from tests.factories import make_customer
from tests.recovery.solving import Sent, send_link


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    assert app
    return make_customer(email="andrea@example.org", first_name="Andrea", last_name="Wiesenthal")


@pytest.fixture
def sent(customer: CustomerAccount) -> Sent:
    return send_link(customer)


@pytest.fixture
def riddles(monkeypatch: pytest.MonkeyPatch) -> list[Riddle]:
    """Every riddle that was drawn, the newest last: the human eye of these tests."""
    drawn: list[Riddle] = []

    def look(kind: str) -> Riddle:
        drawn.append(new_riddle(kind))
        return drawn[-1]

    monkeypatch.setattr(link_views, "new_riddle", look)
    return drawn
