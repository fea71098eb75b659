"""Tags and dates of conditional requests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.http import http_date

from kmz import clock, create_app
from kmz.web.access import public
from kmz.web.conditional import conditional, entity_tag, last_modified
from tests.conftest import SECRETS, make_config

CACHING = "public, max-age=60"


def answers_with(app: Flask, *, changed_at: datetime | None = None) -> list[str]:
    """A view at /neu that counts how often it is written."""
    written: list[str] = []

    def make() -> Response:
        written.append("x")
        return Response("Hallo")

    def view() -> Response:
        return conditional(("1",), make, changed_at=changed_at, caching=CACHING)

    app.add_url_rule("/neu", view_func=public(view))
    return written


def test_the_answer_is_written_once_for_who_keeps_it(app: Flask, client: FlaskClient) -> None:
    written = answers_with(app)
    first = client.get("/neu")
    assert first.headers["Cache-Control"] == CACHING
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    for spelling in (tag, f"W/{tag}", f'"anderes", {tag}'):
        answer = client.get("/neu", headers={"If-None-Match": spelling})
        assert (answer.status_code, answer.get_data()) == (304, b"")
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == (tag, CACHING)
        assert "Content-Length" not in answer.headers
    assert len(written) == 1
    assert client.get("/neu", headers={"If-None-Match": '"anderes"'}).status_code == 200
    assert client.get("/neu?x=1", headers={"If-None-Match": tag}).status_code == 200
    assert client.head("/neu", headers={"If-None-Match": tag}).status_code == 304


def test_dates_count_where_there_is_no_tag(app: Flask, client: FlaskClient) -> None:
    changed_at = clock.now() - timedelta(hours=1)
    written = answers_with(app, changed_at=changed_at)
    date = client.get("/neu").headers["Last-Modified"]
    asked = {"If-Modified-Since": date}
    assert client.get("/neu", headers=asked).status_code == 304
    assert client.get("/neu", headers={**asked, "If-None-Match": '"anderes"'}).status_code == 200
    before = {"If-Modified-Since": http_date(changed_at)}
    assert client.get("/neu", headers=before).status_code == 200
    assert client.get("/neu", headers={"If-Modified-Since": "Unsinn"}).status_code == 200
    assert len(written) == 4


def test_a_date_never_hides_a_change_of_the_same_second() -> None:
    now = clock.now()
    assert last_modified(now) is None
    with clock.moved_by(seconds=1):
        date = last_modified(now)
    assert date is not None
    assert date > now
    assert last_modified(None) is None
    moment = datetime(2027, 2, 1, 12, 0, 0, 999_999, tzinfo=UTC)
    with clock.moved_by(days=3650):
        assert last_modified(moment) == datetime(2027, 2, 1, 12, 0, 1, tzinfo=UTC)


def test_the_settings_and_the_key_belong_to_every_tag(tmp_path: Path) -> None:
    tags = []
    for settings in (
        {},
        {},
        {"KMZ_SITE_NAME": "Haus"},
        {"KMZ_SECRET_KEY": SECRETS["KMZ_SECRET_KEY"][::-1]},
    ):
        app = create_app(make_config("sqlite:///none.db", tmp_path, **settings))
        with app.test_request_context("/kurse?q=x"):
            tags.append(entity_tag(1))
    assert tags[0] == tags[1]
    assert len(set(tags)) == 3
