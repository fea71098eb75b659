"""The production server: granian in front of the app, with the worker's thread when it is alone."""

import os
import socket
from multiprocessing.util import Finalize
from pathlib import Path

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from kmz import create_app, log
from kmz.config import Config, read_config
from kmz.housekeeping import add_jobs
from kmz.mail import worker

# A request or mail under way may end; whoever is not done then is ended. systemd waits 90 s.
STOP_SECONDS = 30


def make_app() -> Flask:
    """What each server process loads; reads the configuration from the environment."""
    config = read_config(os.environ)
    log.configure(config.log_level)
    log.catch_the_rest()
    app = create_app(config)
    if config.workers == 1:
        add_jobs(app)
        thread = worker.start_thread(app)
        # A forked process runs no atexit handlers, but these: a mail that is being sent is marked
        # as sent before the process ends, or it would go out twice.
        Finalize(None, thread.stop, args=(STOP_SECONDS,), exitpriority=10)
    log.event("server.started", mail_thread=config.workers == 1)
    return app


def serve(config: Config) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first.

    Raises OSError when the port is taken.
    """
    _refuse_taken_port(config)
    Server(
        "kmz.server:make_app",
        factory=True,
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=config.threads,
        backlog=1024,
        log_level=LogLevels.warning,
        log_dictconfig=log.server_logging(),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        working_dir=Path.cwd(),
    ).serve()


def _refuse_taken_port(config: Config) -> None:
    """The server shares its port among its processes, so a second one would join unnoticed."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((config.host, config.port))
