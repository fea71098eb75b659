"""What a login costs, what a login costs every other request, and whether time tells who exists."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from benchmarks.instance import new_instance
from benchmarks.table import Row, at_most
from kmz import clock
from kmz.accounts.actions.devices import Visit
from kmz.accounts.actions.login import open_login
from kmz.accounts.actions.signup import Applicant, request_signup
from kmz.accounts.models import CustomerAccount, CustomerProfile, LoginFailure, School
from kmz.accounts.rules import email_key
from kmz.crypto import Passwords
from kmz.db import db, transaction
from kmz.log import configure

TRIES = 200
HASHES = 50
REQUESTS = 2000
HASH_LIMIT, SESSION_LIMIT, LOGIN_LIMIT, RESET_LIMIT = 150, 0.5, 50, 100
RATIO_LIMIT = 1.7
LIGHT = "/gesundheit"
PASSWORD = "Werkbank#2026"
WRONG = "falsch1#"


@dataclass(frozen=True, slots=True)
class Door:
    """A form that must not tell who exists: the fields it is sent for somebody of a kind."""

    name: str
    address: str
    kinds: tuple[str, ...]
    fields: Callable[[str, int], dict[str, str]]
    limit: int


def measure(folder: Path, *, tries: int = TRIES) -> list[Row]:
    """The hash, the session, then all doors."""
    instance = new_instance(folder / "login")
    configure("error")  # every wrong guess is a warning
    for name in ("KMZ_LIMIT_LOGIN", "KMZ_LIMIT_MAIL"):
        instance.settings[name] = "1000000 per minute"
    with instance.app() as app:
        rows = [_hash(app), _session(app)]
        _sow(app, tries)
        for door in DOORS:
            rows += _door(app, door, tries)
    return rows


def _milliseconds(act: Callable[[], object], watch: Callable[[], float]) -> float:
    begin = watch()
    act()
    return (watch() - begin) * 1000


def _work(act: Callable[[], object]) -> float:
    """CPU time: what else runs on the machine does not count."""
    return _milliseconds(act, time.thread_time)


def _wait(act: Callable[[], object]) -> float:
    """Time on the clock: what a guesser sees."""
    return _milliseconds(act, time.perf_counter)


def _hash(app: Flask) -> Row:
    passwords: Passwords = app.extensions["kmz_passwords"]
    stored = passwords.hash(PASSWORD)
    times = [_work(lambda: passwords.verify(stored, PASSWORD)) for _ in range(HASHES)]
    return at_most("Login: one argon2 hash", median(times), HASH_LIMIT, "ms")


def _session(app: Flask) -> Row:
    """The lightest answer of all with and without a login, in turn, both by the same client."""
    with app.app_context():
        customer = _customer("sitzung@example.org", _hashed(app))
        token = open_login(customer, via="password", visit=Visit("127.0.0.1")).login
    known, unknown = app.test_client(), app.test_client()
    known.set_cookie("kmz_login", token)
    unknown.set_cookie("kmz_other", token)
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for _ in range(REQUESTS):
        times["known"].append(_work(lambda: known.get(LIGHT)))
        times["unknown"].append(_work(lambda: unknown.get(LIGHT)))
    more = median(times["known"]) - median(times["unknown"])
    return Row(
        what="Any other request: more for the login",
        ours=f"{more:.2f} ms",
        target=f"≤ {SESSION_LIMIT} ms",
        met=more <= SESSION_LIMIT,
    )


def _hashed(app: Flask) -> str:
    return str(app.extensions["kmz_passwords"].hash(PASSWORD))


def _customer(email: str, password_hash: str, **fields: object) -> CustomerAccount:
    now = clock.now()
    with transaction() as session:
        customer = CustomerAccount(
            email=email,
            email_key=email_key(email) if email else None,
            password_hash=password_hash,
            password_changed_at=now,
            first_name="Andrea",
            last_name="Beispiel",
            created_at=now,
            profile=CustomerProfile(),
            **fields,
        )
        session.add(customer)
    return customer


def _sow(app: Flask, number: int) -> None:
    """As many people of every kind as there are tries: mails to one mailbox are limited."""
    hashed = _hashed(app)
    with app.app_context():
        with transaction() as session:
            school = School(number="04711", name="Schule", city="", created_at=clock.now())
            session.add(school)
        for index in range(number):
            _customer(f"known{index}@example.org", hashed)
            _customer(f"locked{index}@example.org", hashed, disabled_at=clock.now())
            _customer("", hashed, school_id=school.id, school_username=f"known{index}")
            request_signup(
                Applicant(
                    email=f"unconfirmed{index}@example.org",
                    first_name="Andrea",
                    last_name="Beispiel",
                    password_hash=hashed,
                    asked_from="",
                )
            )


def _login(kind: str, index: int) -> dict[str, str]:
    return {"login-email": f"{kind}{index}@example.org", "login-password": WRONG}


def _school(kind: str, index: int) -> dict[str, str]:
    number = "0815" if kind == "no such school" else "04711"
    name = f"{kind}{index}".replace(" ", "")
    return {"school-number": number, "school-username": name, "school-password": WRONG}


def _signup(kind: str, index: int) -> dict[str, str]:
    return {
        "signup-email": f"{kind}{index}@example.org",
        "signup-first_name": "Andrea",
        "signup-last_name": "Beispiel",
        "signup-password": PASSWORD,
        "signup-repeated": PASSWORD,
    }


def _reset(kind: str, index: int) -> dict[str, str]:
    return {"email": f"{kind}{index}@example.org"}


DOORS = (
    Door("Login", "/login", ("unknown", "known", "unconfirmed", "locked"), _login, LOGIN_LIMIT),
    Door(
        "Login by Schulnummer",
        "/login/schule",
        ("unknown", "known", "no such school"),
        _school,
        LOGIN_LIMIT,
    ),
    Door("Passwort vergessen?", "/passwort-vergessen", ("unknown", "known"), _reset, RESET_LIMIT),
    Door("Registrierung", "/registrieren", ("unknown", "known"), _signup, RESET_LIMIT),
)


def _door(app: Flask, door: Door, tries: int) -> list[Row]:
    """Each kind beside "unknown", asked in turn."""
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the login page has no form")
    times: dict[str, list[float]] = {kind: [] for kind in door.kinds}
    for index in range(tries):
        _forgive(app)
        for kind in door.kinds:
            fields = {**door.fields(kind, index), "csrf_token": found[1]}
            times[kind].append(_wait(lambda data=fields: _send(client, door, data)))
    beside = median(times["unknown"])
    return [_row(door, kind, median(times[kind]), beside) for kind in door.kinds[1:]]


def _send(client: FlaskClient, door: Door, data: dict[str, str]) -> None:
    status = client.post(door.address, data=data).status_code
    if status not in {303, 422}:
        raise RuntimeError(f"{door.address}: {status}")


def _row(door: Door, kind: str, ours: float, beside: float) -> Row:
    ratio = ours / beside
    met = 1 / RATIO_LIMIT <= ratio <= RATIO_LIMIT and abs(ours - beside) <= door.limit
    return Row(
        what=f"{door.name}: {kind} beside unknown",
        ours=f"{ours:.1f} ms",
        beside=f"{beside:.1f} ms",
        ratio=ratio,
        target=f"0.6–{RATIO_LIMIT}, ± {door.limit} ms",
        met=met,
    )


def _forgive(app: Flask) -> None:
    """Without this the address would have to wait."""
    with app.app_context():
        with transaction() as session:
            session.execute(delete(LoginFailure))
        db.session.remove()
