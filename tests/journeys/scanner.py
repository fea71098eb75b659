"""A mail gateway that opens every link before the person does, in every way that is harmless."""

import re
from typing import Any

from flask import Flask
from sqlalchemy import select

from kmz.db import Base, db
from kmz.mail.models import OutgoingMail

_LINK = re.compile(r"http://localhost(/[^\s\"<>]*)")
_VISITS: tuple[tuple[str, dict[str, str]], ...] = (
    ("HEAD", {}),
    ("GET", {}),
    ("GET", {"Purpose": "prefetch", "X-Moz": "prefetch"}),
    ("GET", {"Sec-Purpose": "prefetch;prerender", "Sec-Fetch-Site": "none"}),
)


def open_every_link(app: Flask) -> set[str]:
    """Open all links of all mails so far; the kinds of the mails that had one.

    AssertionError when anything in the database is different afterwards.
    """
    kinds = set()
    before = everything()
    for mail in db.session.scalars(select(OutgoingMail)).all():
        for path in {*_LINK.findall(mail.text), *_LINK.findall(mail.html)}:
            kinds.add(mail.kind)
            for method, headers in _VISITS:
                client = app.test_client()
                answer = client.open(path, method=method, headers=headers, follow_redirects=True)
                assert answer.status_code < 500, (mail.kind, path)
    assert everything() == before
    return kinds


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    db.session.rollback()
    return {
        table.name: sorted(map(tuple, db.session.execute(select(table)).all()), key=repr)
        for table in Base.metadata.sorted_tables
    }
