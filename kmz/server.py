"""The production server: granian in front of the app, with the worker's thread when it is alone."""

import os
from pathlib import Path

from flask import Flask
from granian.constants import Interfaces
from granian.server import Server

from kmz import create_app
from kmz.config import Config, read_config
from kmz.housekeeping import add_jobs
from kmz.log import configure
from kmz.mail import worker


def make_app() -> Flask:
    """What each server process loads; reads the configuration from the environment."""
    config = read_config(os.environ)
    configure(config.log_level)
    app = create_app(config)
    if config.workers == 1:
        add_jobs(app)
        worker.start_thread(app)
    return app


def serve(config: Config) -> None:
    """Serve until a signal comes; requests under way are finished first."""
    Server(
        "kmz.server:make_app",
        factory=True,
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=config.threads,
        backlog=1024,
        log_enabled=False,
        respawn_failed_workers=True,
        working_dir=Path.cwd(),
    ).serve()
