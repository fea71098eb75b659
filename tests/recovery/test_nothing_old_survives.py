"""No sequence of reset, change, recovery, new address and logout leaves anything old alive."""

import re
from datetime import timedelta

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from kmz import clock
from kmz.accounts.actions.addresses import confirm_address_change, request_address_change
from kmz.accounts.actions.devices import Visit
from kmz.accounts.actions.login import open_login
from kmz.accounts.actions.passwords import change_password, request_reset, reset_password
from kmz.accounts.actions.sessions import end_logins
from kmz.accounts.address_queries import find_open_address_change
from kmz.accounts.models import CustomerAccount
from kmz.accounts.queries import find_login, find_open_reset
from kmz.accounts.rules import PersonalData
from kmz.crypto import token_digest
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from kmz.recovery.actions.finish import Outcome, finish_recovery
from kmz.recovery.actions.links import request_link
from kmz.recovery.models import RecoveryLink
from kmz.recovery.queries import find_open_link
from tests.factories import make_customer, make_staff

BROWSER = "b" * 64
# Mails of one kind for one account a day; more are not sent, whoever asks.
FEW = 4
DATA = PersonalData(
    salutation="",
    first_name="Andrea",
    last_name="Beispiel",
    street="Hafenweg",
    house_number="7",
    postal_code="12345",
    city="Musterstadt",
    country="DE",
    phone="",
    mobile="",
    phone_private="",
    fax="",
)
# Which of the keys there ever were, the newest first: most tries are with a dead one.
which = st.sampled_from([0, 0, 0, 1, 2, 3])


class Account(RuleBasedStateMachine):
    """The keys to one account. `alive` is the model: what must still open something."""

    @initialize()
    def start(self) -> None:
        db.session.rollback()
        self.customer_id, self.staff = make_customer().id, make_staff()
        self.keys: dict[str, list[str]] = {"login": [], "reset": [], "address": [], "recovery": []}
        self.alive: set[str] = set()
        self.hashes = ["first"]
        self._set_hash("first")

    # What a person, an attacker or the office can do. --------------------------------------------

    @rule()
    def log_in(self) -> None:
        self._issue("login", open_login(self.row, via="password", visit=Visit("")).login)

    @rule(index=which)
    def log_out(self, index: int) -> None:
        token = self._key("login", index)
        login = find_login(token, is_staff=False)
        if login is not None:
            end_logins(self.row, by=self.row, only=login.id)
            self.alive.discard(token)

    @rule()
    def log_out_everywhere(self) -> None:
        end_logins(self.row, by=self.row)
        self._die("login")

    @precondition(lambda self: len(self.keys["reset"]) < FEW)
    @rule()
    def ask_for_a_reset(self) -> None:
        request_reset(email=self.row.email)
        self._die("reset")
        self._issue("reset", self._mailed("/passwort-neu/"))

    @rule(index=which)
    def use_a_reset(self, index: int) -> None:
        token = self._key("reset", index)
        done = reset_password(token, password_hash=self._next_hash())
        assert done == (token in self.alive)
        if done:
            self._password_is_new()

    @rule(index=which)
    def change_the_password(self, index: int) -> None:
        token = self._key("login", index)
        login = find_login(token, is_staff=False)
        if login is not None:
            change_password(self.customer_id, password_hash=self._next_hash(), keep_login=login.id)
            self._password_is_new(keep=token)

    @precondition(lambda self: len(self.keys["address"]) < FEW)
    @rule()
    def ask_for_another_address(self) -> None:
        number = len(self.keys["address"])
        email = f"neu{self.customer_id}-{number}@example.org"
        request_address_change(self.customer_id, new_email=email, by=self.row)
        self._die("address")
        self._issue("address", self._mailed("/e-mail-bestaetigung/"))

    @rule(index=which)
    def confirm_an_address(self, index: int) -> None:
        token = self._key("address", index)
        done = confirm_address_change(token) is not None
        assert done == (token in self.alive)
        if done:
            self._die("login", "reset", "address", "recovery")

    @precondition(lambda self: len(self.keys["recovery"]) < FEW)
    @rule()
    def send_a_recovery_link(self) -> None:
        lifetime = timedelta(hours=72)
        if request_link(self.customer_id, case_id=None, lifetime=lifetime, by=self.staff):
            self._die("recovery")
            self._issue("recovery", self._mailed("/wiederherstellung/"))
        else:  # the address is young: it waits for a second person
            self._die("recovery")

    @rule(index=which)
    def finish_a_recovery(self, index: int) -> None:
        token = self._key("recovery", index)
        with transaction() as session:
            session.execute(
                update(RecoveryLink)
                .where(RecoveryLink.token_hash == token_digest(token))
                .values(browser_hash=BROWSER, solved_at=clock.now())
            )
        outcome = finish_recovery(
            token,
            customer_id=self.customer_id,
            browser_hash=BROWSER,
            password_hash=self._next_hash(),
            data=DATA,
            email=self.row.email,
        )
        assert (outcome is Outcome.DONE) == (token in self.alive)
        if outcome is Outcome.DONE:
            self._password_is_new()

    # What must hold after every step. ------------------------------------------------------------

    @invariant()
    def only_what_is_alive_opens_anything(self) -> None:
        db.session.rollback()
        opens = {
            *(key for key in self.keys["login"] if find_login(key, is_staff=False)),
            *(key for key in self.keys["reset"] if find_open_reset(key)),
            *(key for key in self.keys["address"] if find_open_address_change(key)),
            *(key for key in self.keys["recovery"] if find_open_link(key)),
        }
        assert opens == self.alive

    @invariant()
    def only_the_newest_password_is_one(self) -> None:
        assert self.row.password_hash == self.hashes[-1]

    # The model's own steps. ----------------------------------------------------------------------

    @property
    def row(self) -> CustomerAccount:
        return db.session.get_one(CustomerAccount, self.customer_id)

    def _key(self, kind: str, index: int) -> str:
        keys = self.keys[kind]
        return keys[-1 - index % len(keys)] if keys else "none"

    def _issue(self, kind: str, token: str) -> None:
        self.keys[kind].append(token)
        self.alive.add(token)

    def _die(self, *kinds: str, keep: str = "") -> None:
        self.alive -= {key for kind in kinds for key in self.keys[kind]} - {keep}

    def _password_is_new(self, keep: str = "") -> None:
        self.hashes.append(self._next_hash())
        self._die("login", "reset", "address", "recovery", keep=keep)

    def _next_hash(self) -> str:
        """Not a real one: argon2 is slow on purpose, and nobody types a password here."""
        return f"hash-{len(self.hashes)}"

    def _set_hash(self, value: str) -> None:
        with transaction():
            self.row.password_hash = value

    def _mailed(self, start: str) -> str:
        db.session.rollback()
        newest = select(OutgoingMail.text).order_by(OutgoingMail.id.desc()).limit(5)
        for text in db.session.scalars(newest):
            if found := re.search(rf"http://localhost{start}(\S+)", text):
                return found[1]
        raise AssertionError(start)


def test_nothing_old_survives(app: Flask) -> None:
    run_state_machine_as_test(
        Account,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
