"""The office with a course file in its hands."""

import io
from typing import Any

from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from kmz.catalog.imports import work
from kmz.catalog.models import Course, ImportFile, ImportRun
from kmz.db import db
from tests.page import Browser, Page

LIST = "/verwaltung/importe"


def hand_in(office: Browser, data: bytes, name: str = "kurse.json", **fields: str) -> Page:
    """What the form of the page sends, with a file."""
    page = office.open(LIST)
    form = page.form(action=LIST)
    file = FileStorage(io.BytesIO(data), name)
    values: dict[str, Any] = {**dict(form.fields), **fields, "file": file}
    office.page = Page(post_file(office, values))
    return office.page


def post_file(browser: Browser, values: dict[str, Any]) -> TestResponse:
    boundary, body = encode_multipart(values)
    content_type = f'multipart/form-data; boundary="{boundary}"'
    return browser.client.post(LIST, data=body, content_type=content_type, follow_redirects=True)


def work_off(office: Browser) -> Page:
    """Let a worker do what is due, and look again."""
    while work.work_once():
        pass
    return office.open(office.page.path)


def runs() -> list[ImportRun]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(ImportRun).order_by(ImportRun.id)))


def files() -> int:
    return db.session.scalar(select(func.count()).select_from(ImportFile)) or 0


def course_count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Course)) or 0
