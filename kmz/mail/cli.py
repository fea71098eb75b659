"""The command that runs a worker as a process of its own."""

import signal

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from kmz import log


@click.command("worker")
@with_appcontext
def worker_command() -> None:
    """Verschickt die Mails aus dem Postausgang und räumt auf.

    Läuft, bis SIGTERM oder SIGINT kommt; eine begonnene Mail wird noch verschickt.
    """
    from kmz.mail.worker import WorkerThread

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    # The loop has its own thread: a signal handler runs between two steps of this one, and must
    # not find a lock held that it needs itself.
    worker = WorkerThread(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.ask_to_stop())
    worker.start()
    log.event("worker.started")
    worker.join()
    log.event("worker.stopped")
