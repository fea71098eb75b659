"""An app whose mails go to a real server on this machine, and templates to write them with."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import func, select

from kmz.db import db, transaction
from kmz.mail.actions import queue_mail
from kmz.mail.delivery import init_mail
from kmz.mail.models import OutgoingMail
from tests.tools.smtp import Mailbox

TEMPLATES = {
    "mail/tests/note.txt": (
        '{% extends "mail/layout.txt" %}\n'
        "{% block content %}\nGuten Tag {{ name }}, Platz frei.\n{% endblock content %}\n"
    ),
    "mail/tests/note.html": (
        '{% extends "mail/layout.html" %}\n'
        "{% block content %}<h1>Guten Tag {{ name }}</h1>{% endblock content %}\n"
    ),
    "mail/tests/nosy.txt": "{{ url_for('static', filename='x') }}",
    "mail/tests/nosy.html": "",
    "mail/tests/link.txt": "{{ public_link('/kurse/191-4632') }}",
    "mail/tests/link.html": "",
}


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


@pytest.fixture
def post(app: Flask, mailbox: Mailbox) -> "Post":
    post = Post(app)
    post.configure(mail_server=mailbox.host, mail_port=mailbox.port, mail_security="none")
    return post


class Post:
    """What the tests of the outbox do again and again."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        loaders = [DictLoader(TEMPLATES), app.jinja_env.loader]
        app.jinja_env.loader = ChoiceLoader([loader for loader in loaders if loader])

    def configure(self, **settings: Any) -> None:
        """Change settings that the environment would give."""
        self.app.config["KMZ"] = replace(self.app.config["KMZ"], **settings)
        init_mail(self.app)

    def queue(
        self, *, to: str = "kundin@example.org", subject: str = "Platz frei", **rest: Any
    ) -> int:
        """Put one mail into the outbox; its id."""
        context = {"template": "tests/note", "name": "Ada", "kind": "M12", **rest}
        with self.app.app_context(), transaction() as session:
            queue_mail(session, to=to, subject=subject, **context)
            return session.scalars(select(func.max(OutgoingMail.id))).one()

    def row(self, number: int) -> OutgoingMail:
        """The mail as the database knows it now."""
        with self.app.app_context():
            mail = db.session.get_one(OutgoingMail, number)
            db.session.expunge(mail)
            return mail

    def rows(self) -> list[OutgoingMail]:
        with self.app.app_context():
            mails = list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
            db.session.expunge_all()
            return mails
