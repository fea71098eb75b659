"""Whole pages and their fragments, chosen in one place.

A fragment is a block of the page whose name is the id of the element it fills. htmx says in
`HX-Target` which element it will fill; what may be asked for alone is the view's list.
"""

from typing import Any

from flask import Response, make_response, render_template, request, url_for
from jinja2_fragments.flask import render_block

from kmz.errors import Problem
from kmz.web.forms import BaseForm


def wanted_fragment(fragments: tuple[str, ...]) -> str | None:
    """The block that this request may get alone, or None for the whole page.

    A history restore always gets the whole page, else the back button would show a bare fragment.
    """
    headers = request.headers
    if headers.get("HX-Request") != "true" or headers.get("HX-Request-Type") == "full":
        return None
    if headers.get("HX-History-Restore-Request") or headers.get("HX-Boosted"):
        return None
    target = headers.get("HX-Target", "").rpartition("#")[2]
    return target if target in fragments else None


def fills_main() -> bool:
    """Whether htmx sent a form and puts the answer's main part in place of the one that is there;
    then the layout writes only that. Never for GET: kept pages are whole for everybody.
    """
    headers = request.headers
    by_htmx = request.method == "POST" and headers.get("HX-Request") == "true"
    return by_htmx and headers.get("HX-Target") == "main#main"


def page(
    template: str, *, status: int = 200, fragments: tuple[str, ...] = (), **context: Any
) -> Response:
    """Answer with the page, or with the one block of it that htmx asked for."""
    block = wanted_fragment(fragments)
    if block is None:
        body = render_template(template, **context)
    else:
        body = render_block(template, block, **context)
    return answer(body, status)


def answer(body: str | bytes, status: int = 200) -> Response:
    """A page or fragment; caches must not take one for the other."""
    response = make_response(body, status)
    response.headers["Vary"] = "HX-Request, HX-Request-Type, HX-Target"
    return response


def form_page(
    template: str, form: BaseForm, *, fragments: tuple[str, ...] = (), **context: Any
) -> Response:
    """The page of a form: 422 when what was sent was refused, so that nothing typed is lost."""
    status = 422 if form.has_errors else 200
    return page(template, status=status, fragments=fragments, form=form, **context)


def problems_page(template: str, problems: list[Problem], **context: Any) -> Response:
    """A refusal known in advance: the list of what stands against it, status 422."""
    return page(template, status=422, problems=problems, **context)


def next_page(endpoint: str, response: Response, **values: Any) -> Response:
    """The page that comes after a form that htmx sent: it is shown at once under its own address,
    which saves the request after the redirect.
    """
    response.headers["HX-Push-Url"] = url_for(endpoint, **values)
    response.headers["HX-Reswap"] = "outerHTML show:top showTarget:body"
    return response


def secret_page(response: Response) -> Response:
    """A page whose address is a secret, such as a mailed link: no referrer, no cache."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def see_other(endpoint: str, **values: Any) -> Response:
    """After a successful POST: go and look there (303)."""
    return redirect_to(url_for(endpoint, **values))


def come_back_in(seconds: int, response: Response) -> Response:
    """The page, as 429 where somebody has to wait (RFC 6585); 0 seconds leave it as it is."""
    if seconds:
        response.status_code = 429
        response.headers["Retry-After"] = str(seconds)
    return response


def moved_to(address: str, *, code: int = 301) -> Response:
    """What is asked for stands at another address of our own, for good unless 302 is said."""
    response = make_response("", code)
    response.headers["Location"] = address
    return response


def redirect_to(address: str) -> Response:
    """303 to an address of our own; htmx gets told in its own way so that the whole page
    changes.
    """
    if request.headers.get("HX-Request") == "true":
        response = make_response("", 200)
        response.headers["HX-Redirect"] = address
        return response
    response = make_response("", 303)
    response.headers["Location"] = address
    return response
