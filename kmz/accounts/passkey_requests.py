"""Passkeys in requests: JSON from and to the browser's script, and the cookie of a challenge."""

from typing import Any

from flask import Response, abort, current_app, jsonify, request

from kmz.accounts import current
from kmz.accounts.actions.passkeys import CHALLENGE_LIFETIME, Answer, Ceremony
from kmz.accounts.passkey_rules import RelyingParty, relying_party
from kmz.web.forms import clean

REFUSED = "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal."
_MAX_NAME, _MAX_TOKEN = 60, 100


def find_party() -> RelyingParty | None:
    """This portal as passkeys know it; None where its address allows none."""
    config = current_app.config["KMZ"]
    return relying_party(config.public_url, config.site_name)


def get_party() -> RelyingParty:
    party = find_party()
    if party is None:
        abort(404)
    return party


def _cookie_name() -> str:
    return f"{'__Host-' if current_app.config['KMZ'].is_https else ''}kmz_passkey"


def ask(ceremony: Ceremony) -> Response:
    """Hand the browser its options; only the same browser can answer."""
    response = current_app.response_class(ceremony.options, mimetype="application/json")
    response.set_cookie(
        _cookie_name(),
        ceremony.token,
        max_age=CHALLENGE_LIFETIME,
        secure=current_app.config["KMZ"].is_https,
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return response


def sent_answer() -> Answer:
    """What the browser sent; anything else than an object of JSON is an empty answer."""
    body = request.get_json(silent=True)
    credential: Any = body.get("credential") if isinstance(body, dict) else None
    token = request.cookies.get(_cookie_name(), "")
    return Answer(
        credential if isinstance(credential, dict) else {},
        token if len(token) <= _MAX_TOKEN else "",
        current.current_login(),
    )


def sent_name() -> str:
    """How the person calls the new passkey; its browser's name when they do not say."""
    body = request.get_json(silent=True)
    sent = body.get("name") if isinstance(body, dict) else None
    name = clean("".join(filter(str.isprintable, sent))) if isinstance(sent, str) else ""
    return (name or current.visit().browser)[:_MAX_NAME]


def go_to(address: str) -> Response:
    """It worked: where the script takes the browser."""
    return _without_challenge(jsonify(weiter=address))


def refuse() -> Response:
    """It did not, for whatever reason (one answer for all)."""
    response = _without_challenge(jsonify(message=REFUSED))
    response.status_code = 422
    return response


def _without_challenge(response: Response) -> Response:
    response.delete_cookie(
        _cookie_name(),
        path="/",
        secure=current_app.config["KMZ"].is_https,
        httponly=True,
        samesite="Strict",
    )
    return response
