"""Errors as German pages: nothing internal is shown, the number leads the operator to the log."""

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from kmz import log
from kmz.errors import NotFoundError

_RETRY_AFTER = {429: "60", 503: "5"}
_TEXTS = {
    400: ("Anfrage nicht verstanden", "Diese Anfrage konnten wir nicht lesen."),
    403: ("Kein Zugang", "Diese Seite ist für Ihr Kundenkonto nicht freigegeben."),
    404: ("Seite nicht gefunden", "Diese Seite gibt es nicht (mehr)."),
    405: ("So geht es nicht", "Diese Adresse lässt sich auf diesem Weg nicht aufrufen."),
    413: ("Zu groß", "Die gesendeten Daten sind zu groß."),
    429: (
        "Zu viele Anfragen",
        "Bitte warten Sie einen Augenblick und versuchen Sie es dann erneut.",
    ),
    500: (
        "Da ist etwas schiefgegangen",
        "Da ist bei uns etwas schiefgegangen. Ihre Eingaben wurden nicht gebucht.",
    ),
    503: (
        "Gerade nicht erreichbar",
        (
            "Unsere Datenbank antwortet gerade nicht. Es wurde nichts gebucht. "
            "Bitte versuchen Sie es in wenigen Augenblicken erneut."
        ),
    ),
}


def error_answer(code: int, message: str | None = None) -> Response:
    """The page for a status code, or its fragment for htmx."""
    title, standard = _TEXTS.get(code, _TEXTS[400])
    values = {"code": code, "title": title, "message": message or standard}
    if request_ctx.url_adapter is None:  # a foreign host: there are no addresses to link to
        body = _plainly("errors/nowhere.html", **values)
    elif request.headers.get("HX-Request-Type") == "partial":
        body = _plainly("errors/_error_fragment.html", **values)
    elif code >= 500:
        body = _plainly("errors/failure.html", **values)
    else:
        body = render_template("errors/error.html", **values)
    response = make_response(body, code)
    response.headers["Cache-Control"] = "no-store"
    if code in _RETRY_AFTER:
        response.headers["Retry-After"] = _RETRY_AFTER[code]
    return response


def _plainly(template: str, **values: object) -> str:
    """Without what the domains add to every page: they would ask the database, which may be
    away.
    """
    error_id = g.get("request_id")
    return current_app.jinja_env.get_template(template).render(
        url_for=url_for, error_id=error_id, **values
    )


def _on_http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    answer = make_response(error_answer(error.code))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _on_not_found(_error: NotFoundError) -> ResponseReturnValue:
    return error_answer(404)


def _on_csrf(error: CSRFError) -> ResponseReturnValue:
    log.warn(
        "csrf.refused",
        request=g.get("request_id"),
        endpoint=request.endpoint,
        reason=error.description,
    )
    message = (
        "Das Formular ist abgelaufen. Bitte laden Sie die Seite neu und senden Sie es noch einmal. "
        "Es wurde nichts gespeichert."
    )
    return error_answer(400, message)


def _on_database(_error: SQLAlchemyError) -> ResponseReturnValue:
    log.error("database.unavailable", request=g.get("request_id"), endpoint=request.endpoint)
    return error_answer(503)


def _on_data(_error: DataError) -> ResponseReturnValue:
    """A value that no column can hold; forms and addresses should have refused it before."""
    log.error("database.value_refused", request=g.get("request_id"), endpoint=request.endpoint)
    return error_answer(400)


def _on_anything(_error: Exception) -> ResponseReturnValue:
    log.error("request.failed", request=g.get("request_id"), endpoint=request.endpoint)
    return error_answer(500)


def init_error_pages(app: Flask) -> None:
    """Answer every error of the app with one of our pages."""
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(NotFoundError, _on_not_found)
    # Away, gone in the middle, or all connections of the pool busy for too long.
    for error in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(error, _on_database)
    app.register_error_handler(DataError, _on_data)
    app.register_error_handler(Exception, _on_anything)
