"""The public text pages."""

from flask import Blueprint, Response, current_app

from kmz.content import queries
from kmz.content.placeholders import fill_html, fill_line, values_of
from kmz.web.access import public
from kmz.web.pages import page

blueprint = Blueprint("content", __name__)


def _text_page(key: str) -> Response:
    return _answer(queries.current_text(key))


def _answer(text: queries.Text, *, current: str = "") -> Response:
    values = values_of(current_app.config["KMZ"])
    return page(
        "content/show_page.html",
        title=fill_line(text.title, values),
        body=fill_html(text.body_html, values),
        changed_at=text.changed_at,
        version=queries.terms_name(text.number) if current else "",
        current=current,
    )


@blueprint.get("/service")
@public
def show_service() -> Response:
    return _text_page("service")


@blueprint.get("/haus")
@public
def show_house() -> Response:
    return _text_page("house")


@blueprint.get("/impressum")
@public
def show_imprint() -> Response:
    return _text_page("imprint")


@blueprint.get("/datenschutz")
@public
def show_privacy() -> Response:
    return _text_page("privacy")


@blueprint.get("/agb")
@public
def show_terms() -> Response:
    return _text_page("terms")


@blueprint.get("/agb/<version>")
@public
def show_agreed_terms(version: str) -> Response:
    """The AGB as somebody accepted them, by the version that a booking keeps (L04, L06)."""
    return _answer(queries.terms_named(version), current=queries.terms_version())


@blueprint.get("/widerrufsbelehrung")
@public
def show_withdrawal() -> Response:
    return _text_page("withdrawal")


@blueprint.get("/barrierefreiheit")
@public
def show_accessibility() -> Response:
    return _text_page("accessibility")
