"""The loop that empties the outbox."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from kmz import clock
from kmz.db import transaction
from kmz.mail.actions import claim_mail
from kmz.mail.cli import worker_command
from kmz.mail.delivery import deliver, longest_delivery
from kmz.mail.rules import Result
from kmz.mail.worker import WorkerThread, add_job, run_once, start_thread
from tests.mail.conftest import Post
from tests.tools.smtp import Mailbox


@pytest.fixture
def worker(post: Post) -> Iterator[WorkerThread]:
    thread = WorkerThread(post.app, idle_seconds=0.05)
    thread.start()
    yield thread
    thread.stop(timeout=10)
    assert not thread.is_alive()


def test_four_workers_send_forty_mails_once_each(post: Post, mailbox: Mailbox) -> None:
    for number in range(40):
        post.queue(to=f"kundin{number}@example.org")
    start = threading.Barrier(4)

    def work() -> int:
        start.wait()
        return run_once(post.app, limit=40)

    with ThreadPoolExecutor(4) as pool:
        sent = sum(future.result() for future in [pool.submit(work) for _ in range(4)])
    assert sent == 40
    received = Counter(mail.recipients[0] for mail in mailbox.wait_for(40))
    assert len(received) == 40
    assert set(received.values()) == {1}
    assert all(mail.sent_at and mail.tries == 1 for mail in post.rows())


def test_after_a_crash_the_mail_goes_out_again_with_its_message_id(
    post: Post, mailbox: Mailbox
) -> None:
    number = post.queue()
    with post.app.app_context():  # a worker that dies between the server's 250 and the mark
        letter = claim_mail(hold=longest_delivery())
        assert letter is not None
        assert deliver(letter).result is Result.SENT
    assert post.row(number).sent_at is None
    assert run_once(post.app) == 0
    with clock.moved_by(seconds=longest_delivery_seconds(post) + 1):
        assert run_once(post.app) == 1
        assert run_once(post.app) == 0
    first, second = mailbox.wait_for(2)
    assert first.message["Message-ID"] == second.message["Message-ID"]


def longest_delivery_seconds(post: Post) -> float:
    with post.app.app_context():
        return longest_delivery().total_seconds()


def test_a_mail_leaves_right_after_its_commit(post: Post, mailbox: Mailbox) -> None:
    thread = WorkerThread(post.app, idle_seconds=60)
    thread.start()
    try:
        post.queue()
        mailbox.wait_for(1, timeout=5)
    finally:
        thread.stop(timeout=10)
    assert not thread.is_alive()


def test_a_slow_server_slows_nobody_who_queues(post: Post, mailbox: Mailbox) -> None:
    mailbox.slow(2)
    thread = start_thread(post.app)
    try:
        post.queue()
        mailbox.wait_for(1)  # the worker now waits for the answer
        before = clock.now()
        for _ in range(5):
            post.queue()
        assert clock.now() - before < timedelta(seconds=1)
    finally:
        mailbox.accept()
        thread.stop(timeout=10)


def test_stopping_finishes_the_mail_under_way_and_starts_no_other(
    post: Post, mailbox: Mailbox
) -> None:
    mailbox.slow(1)
    under_way, waiting = post.queue(), post.queue()
    thread = start_thread(post.app)
    mailbox.wait_for(1)
    thread.stop(timeout=10)
    assert not thread.is_alive()
    assert post.row(under_way).sent_at is not None
    assert post.row(waiting).tries == 0


def test_sigterm_ends_the_command_after_the_mail_under_way(post: Post, mailbox: Mailbox) -> None:
    mailbox.slow(0.5)
    under_way, waiting = post.queue(), post.queue()

    def end() -> None:
        mailbox.wait_for(1)
        os.kill(os.getpid(), signal.SIGTERM)

    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    other = threading.Thread(target=end)
    other.start()
    try:
        with post.app.app_context():
            result = CliRunner().invoke(worker_command)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        other.join()
    assert result.exit_code == 0
    assert post.row(under_way).sent_at is not None
    assert post.row(waiting).tries == 0


def test_the_loop_outlives_a_database_that_is_away(
    post: Post, mailbox: Mailbox, worker: WorkerThread
) -> None:
    post.queue()
    mailbox.wait_for(1)
    rename(post, "outgoing_mail", "outgoing_mail_away")
    worker.join(0.3)
    assert worker.is_alive()
    rename(post, "outgoing_mail_away", "outgoing_mail")
    post.queue()
    mailbox.wait_for(2)


def test_a_mail_that_is_out_is_marked_as_soon_as_the_database_is_back(
    post: Post, mailbox: Mailbox
) -> None:
    mailbox.slow(0.5)
    number = post.queue()
    thread = threading.Thread(target=run_once, args=(post.app,))
    thread.start()
    mailbox.wait_for(1)
    rename(post, "outgoing_mail", "outgoing_mail_away")
    thread.join(1.2)
    assert thread.is_alive()
    rename(post, "outgoing_mail_away", "outgoing_mail")
    thread.join(10)
    assert post.row(number).sent_at is not None
    assert len(mailbox.messages) == 1


def rename(post: Post, old: str, new: str) -> None:
    with post.app.app_context(), transaction() as session:
        session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def test_jobs_run_at_the_start_and_again_after_their_time(post: Post) -> None:
    runs: list[str] = []
    ran = threading.Condition()

    def job() -> None:
        with ran:
            runs.append("clean")
            ran.notify_all()

    def broken() -> None:
        raise ZeroDivisionError

    add_job("test.broken", broken, every=timedelta(hours=1))
    add_job("test.clean", job, every=timedelta(hours=1))
    thread = WorkerThread(post.app, idle_seconds=0.02)
    thread.start()
    try:
        with ran:
            assert ran.wait_for(lambda: len(runs) == 1, 5)
            assert not ran.wait_for(lambda: len(runs) == 2, 0.2)
        with clock.moved_by(minutes=61), ran:
            assert ran.wait_for(lambda: len(runs) == 2, 5)
    finally:
        thread.stop(timeout=10)
        add_job("test.broken", int, every=timedelta(days=1))
        add_job("test.clean", int, every=timedelta(days=1))
