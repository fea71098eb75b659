"""Whole bookings over HTTP as a customer makes them, and the pages they live with afterwards."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from benchmarks.buyers import Account, Buyer
from benchmarks.crowd import FEE, CourseKind, sow_accounts, sow_paid_courses
from benchmarks.instance import Instance, new_instance, postgres
from benchmarks.processes import KMZ, cpu_seconds, free_port, running, wait_for_answer
from benchmarks.rush import SETTINGS
from benchmarks.table import Row, at_most
from kmz import clock
from kmz.banking.models import BankAccount
from kmz.booking.models import Booking, BookingRequest, BookingStatus
from kmz.catalog.models import Course
from kmz.db import db, transaction

ROUNDS, BOOKINGS, COURSES = 3, 120, 40
CLIENTS = (1, 8)
MAX_REQUESTS, MAX_CPU = 5, 40.0
OWN_BOOKINGS, REQUESTS = 500, 100
MAX_TIME, MAX_QUERIES = 15.0, 6
OWN_PAGE, ANY_PAGE = "/konto/anmeldungen", "/login"


@dataclass(frozen=True, slots=True)
class Run:
    """Bookings a second, requests of one, and milliseconds that the server worked for one."""

    rate: float
    requests: float
    cpu: float
    errors: int


def measure(folder: Path, *, rounds: int = ROUNDS, bookings: int = BOOKINGS) -> list[Row]:
    """Bookings on both databases, then Meine Anmeldungen and the badge on SQLite."""
    instance = new_instance(folder / "sqlite")
    rows = _bookings_on("SQLite", folder, instance, rounds, bookings)
    rows += _pages(instance)
    with postgres(folder) as url:
        other = new_instance(folder / "pg", url)
        rows += _bookings_on("PostgreSQL", folder, other, rounds, bookings)
    return rows


def _bookings_on(
    database: str, folder: Path, instance: Instance, rounds: int, bookings: int
) -> list[Row]:
    with instance.app() as app, app.app_context():
        slugs = sow_paid_courses(CourseKind(count=COURSES, seats=1_000_000))
        runs = (rounds + 1) * len(CLIENTS)  # the first round only warms up
        crowd = iter(sow_accounts(app, runs * bookings))
    port = free_port()
    environment = instance.environment(KMZ_PORT=str(port), **SETTINGS)
    found: dict[int, list[Run]] = {clients: [] for clients in CLIENTS}
    with running([str(KMZ), "serve"], environment, folder / f"{database}.log") as process:
        wait_for_answer(port, "/", process)
        for _ in range(rounds + 1):
            for clients in CLIENTS:
                accounts = [next(crowd) for _ in range(bookings)]
                buyers = _arrive(port, accounts, slugs)
                before = cpu_seconds(process)
                rate, errors = _book(buyers, clients)
                cpu = (cpu_seconds(process) - before) * 1000 / bookings
                asked = sum(len(buyer.times) for buyer in buyers) / bookings
                found[clients].append(Run(rate, asked, cpu, errors))
    return _rows(database, {clients: runs[1:] for clients, runs in found.items()})


def _arrive(port: int, accounts: Sequence[Account], slugs: Sequence[str]) -> list[Buyer]:
    buyers = [
        Buyer(port, account, slugs[index % len(slugs)], FEE)
        for index, account in enumerate(accounts)
    ]
    for buyer in buyers:
        buyer.arrive()
    return buyers


def _book(buyers: Sequence[Buyer], clients: int) -> tuple[float, int]:
    """Bookings a second when so many book at once, one customer after the other; and errors."""
    with ThreadPoolExecutor(clients) as pool:
        begin = time.perf_counter()
        errors = [error for error in pool.map(_fault_of, buyers) if error]
        seconds = time.perf_counter() - begin
    for buyer in buyers:
        buyer.leave()
    for error in errors[:3]:
        print(error)
    return len(buyers) / seconds, len(errors)


def _fault_of(buyer: Buyer) -> str:
    """Book; "" when all went well. The others go on."""
    try:
        return "" if buyer.book() else "no seat"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _rows(database: str, found: dict[int, list[Run]]) -> list[Row]:
    rows, slowest = [], 0.0
    for clients, runs in found.items():
        rate = median(run.rate for run in runs)
        requests, cpu = max(run.requests for run in runs), median(run.cpu for run in runs)
        errors = sum(run.errors for run in runs)
        is_right = requests <= MAX_REQUESTS and cpu <= MAX_CPU and not errors
        target = f"≤ {MAX_REQUESTS} requests, ≤ {MAX_CPU:g} ms CPU"
        rows.append(
            Row(
                what=f"Direktbuchung, {clients} client{'s' if clients > 1 else ''}, {database}",
                ours=f"{rate:.1f}/s, {requests:g} requests, {cpu:.1f} ms CPU, {errors} errors",
                target=target if not slowest else f"{target}, faster than 1 client",
                met=is_right and rate > slowest,
            )
        )
        slowest = rate
    return rows


def _pages(instance: Instance) -> list[Row]:
    statements: list[str] = []
    with instance.app() as app:
        with app.app_context():
            account = _sow_own_bookings(app)
            event.listen(
                db.engine, "before_cursor_execute", lambda *given: statements.append(str(given[2]))
            )
        client = app.test_client()
        client.set_cookie("kmz_login", account.login)
        _ask(client, OWN_PAGE)
        statements.clear()
        times = [_ask(client, OWN_PAGE) for _ in range(REQUESTS)]
        queries = sum(not text.startswith("BEGIN") for text in statements) / REQUESTS
        stranger = app.test_client()
        _ask(stranger, ANY_PAGE)
        statements.clear()
        _ask(stranger, ANY_PAGE)
        badge = len(statements)
    what = f"Meine Anmeldungen with {OWN_BOOKINGS} bookings"
    return [
        at_most(f"{what}: p50", median(times) * 1000, MAX_TIME, "ms"),
        at_most(f"{what}: queries", queries, MAX_QUERIES, ""),
        at_most("A page with the cart's badge, visitor without a cart: queries", badge, 0, ""),
    ]


def _ask(client: FlaskClient, path: str) -> float:
    begin = time.perf_counter()
    answer = client.get(path)
    seconds = time.perf_counter() - begin
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return seconds


def _sow_own_bookings(app: Flask) -> Account:
    """A customer with as many firm bookings, each of a course and a request of its own."""
    sow_paid_courses(CourseKind(count=OWN_BOOKINGS, seats=20))
    (account,) = sow_accounts(app, 1)
    customer_id = db.session.scalar(
        select(BankAccount.customer_id).where(BankAccount.id == account.bank_account_id)
    )
    db.session.rollback()
    now = clock.now()
    with transaction() as session:
        newest = select(Course).order_by(Course.id.desc()).limit(OWN_BOOKINGS)
        for course in session.scalars(newest).all():
            request = BookingRequest(
                reference=f"V-{course.id}",
                draft_key=f"own-{course.id}",
                customer_id=customer_id,
                total_cents=FEE,
                payment_method="sepa_direct_debit",
                remark="",
                contract_partner={"first_name": "Andrea", "last_name": "Muster"},
                accepted_texts={},
                created_at=now,
            )
            session.add(request)
            session.flush()
            session.add(
                Booking(
                    request_id=request.id,
                    customer_id=customer_id,
                    course_id=course.id,
                    participant_first_name="Andrea",
                    participant_last_name="Muster",
                    participant_key=f"own-{course.id}",
                    status=BookingStatus.CONFIRMED,
                    fee_cents=FEE,
                    agreed={},
                    requested_at=now,
                    confirmed_at=now,
                )
            )
        session.execute(update(Course).where(Course.max_participants == 20).values(seats_taken=1))
    return account
