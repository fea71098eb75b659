"""The loop that empties the outbox: `kmz worker`, and a thread of the one-process server."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from kmz import clock, log
from kmz.db import db
from kmz.mail.actions import claim_mail, news, settle_mail
from kmz.mail.delivery import can_deliver, deliver, longest_delivery
from kmz.mail.queries import is_mail_due
from kmz.mail.rules import Letter, Outcome, Result

_SETTLE_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class _Job:
    function: Callable[[], object]
    every: timedelta


_jobs: dict[str, _Job] = {}


def add_job(name: str, function: Callable[[], object], *, every: timedelta) -> None:
    """Let every worker run `function` at its start and then again after `every`, in an app context.

    It must be idempotent: several processes may run it at once, and a restart runs it anew.
    """
    _jobs[name] = _Job(function, every)


def wake() -> None:
    """Let a worker of this process look into the outbox now; queue_mail does so at its commit."""
    news.set()


def run_once(app: Flask, limit: int = 50, *, stop: threading.Event | None = None) -> int:
    """Send what is due, one mail after the other; how many were sent.

    Ends early when `stop` is set, or when the server cannot be reached (the mails wait). Database
    errors are raised; nothing is lost by them.
    """
    stop = stop or threading.Event()
    sent = 0
    with app.app_context():
        if not can_deliver() or not is_mail_due(db.session(), clock.now()):
            return 0
        for _ in range(limit):
            letter = None if stop.is_set() else claim_mail(hold=longest_delivery())
            if letter is None:
                break
            outcome = deliver(letter)
            _settle_patiently(letter, outcome, stop)
            sent += outcome.result is Result.SENT
            if outcome.result is Result.UNREACHABLE:
                break
    return sent


def _settle_patiently(letter: Letter, outcome: Outcome, stop: threading.Event) -> None:
    """A mail that is out must be marked, or it goes out again: outlast a database that is away."""
    while True:
        try:
            return settle_mail(letter, outcome)
        except SQLAlchemyError:
            log.error("mail.not_settled", mail=letter.id, result=outcome.result.value)
            if stop.is_set() or clock.now() >= letter.claimed_until:
                raise
            stop.wait(_SETTLE_PAUSE)


@dataclass(slots=True)
class _Rounds:
    """One worker's memory: when each job ran last, and what went wrong last."""

    ran_at: dict[str, datetime] = field(default_factory=dict)
    trouble: str = ""

    def run_jobs(self, app: Flask, stop: threading.Event) -> None:
        for name, job in list(_jobs.items()):
            now = clock.now()
            last = self.ran_at.get(name)
            if stop.is_set() or (last is not None and now < last + job.every):
                continue
            self.ran_at[name] = now
            try:
                with app.app_context():
                    job.function()
            except Exception:
                log.error("job.failed", job=name)

    def send(self, app: Flask, stop: threading.Event) -> int:
        try:
            sent = run_once(app, stop=stop)
        except Exception as error:  # the database may be away for a while; the loop must outlive it
            if type(error).__name__ != self.trouble:
                log.error("mail.worker_failed")
            self.trouble = type(error).__name__
            return 0
        if self.trouble:
            log.event("mail.worker_recovered")
        self.trouble = ""
        return sent


def run_forever(app: Flask, stop: threading.Event, idle_seconds: float = 1.0) -> None:
    """Send mails and run jobs until `stop` is set, which takes effect between two mails."""
    rounds = _Rounds()
    while not stop.is_set():
        news.clear()
        rounds.run_jobs(app, stop)
        if not rounds.send(app, stop) and not stop.is_set():
            news.wait(idle_seconds)


class WorkerThread(threading.Thread):
    """A worker beside the server; it ends with the process, or by `stop`."""

    def __init__(self, app: Flask, *, idle_seconds: float = 1.0) -> None:
        super().__init__(name="kmz-worker", daemon=True)
        self._app = app
        self._idle_seconds = idle_seconds
        self._ending = threading.Event()

    def run(self) -> None:
        run_forever(self._app, self._ending, self._idle_seconds)

    def ask_to_stop(self) -> None:
        """Return at once; the thread ends after the mail it is sending."""
        self._ending.set()
        wake()

    def stop(self, timeout: float | None = None) -> None:
        """Ask and wait, at most `timeout` seconds."""
        self.ask_to_stop()
        self.join(timeout)


def start_thread(app: Flask) -> WorkerThread:
    """A running worker of this process."""
    worker = WorkerThread(app)
    worker.start()
    return worker
