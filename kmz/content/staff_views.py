"""The office's pages for texts, mounted under /verwaltung."""

from flask import Blueprint, Response, current_app, flash, request

from kmz.accounts.current import get_staff
from kmz.content import queries
from kmz.content.actions import publish_text
from kmz.content.forms import TextForm
from kmz.content.pages import get_page
from kmz.content.placeholders import MEANINGS, fill_html, fill_line, values_of
from kmz.errors import RefusedError
from kmz.sanitising import PAGE_TAGS, clean_page
from kmz.web.access import staff_only
from kmz.web.pages import form_page, page, see_other

staff_pages = Blueprint("staff_texts", __name__)


@staff_pages.get("/texte")
@staff_only("admin", "office")
def list_texts() -> Response:
    return page("content/admin/list_texts.html", texts=queries.current_texts(), named=_named)


@staff_pages.get("/texte/<key>")
@staff_only("admin", "office")
def edit_text(key: str) -> Response:
    """The current text in a form, or an earlier one (`fassung`) as the start of a new one."""
    current = queries.current_text(key)
    number = request.args.get("fassung", type=int)
    shown = queries.get_version(key, number) if number is not None else current
    form = TextForm(
        None, title=shown.title, body_html=shown.body_html, based_on=str(current.number)
    )
    return _edit_page(key, form, shown.body_html)


@staff_pages.post("/texte/<key>")
@staff_only("admin", "office")
def save_text(key: str) -> Response:
    """Show a preview, or publish."""
    queries.current_text(key)
    form = TextForm()
    is_valid = form.validate()
    body = form.body_html.data or ""
    if not is_valid or request.form.get("step") != "publish":
        return _edit_page(key, form, clean_page(body))
    try:
        title = form.title.data or ""
        text = publish_text(key, title, body, by=get_staff(), based_on=form.base_number)
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _edit_page(key, form, clean_page(body))
    flash(f"„{_named(text.title)}“ ist in Fassung {text.number} veröffentlicht.", "success")
    return see_other(".list_texts")


def _edit_page(key: str, form: TextForm, preview_html: str) -> Response:
    values = values_of(current_app.config["KMZ"])
    return form_page(
        "content/admin/edit_text.html",
        form,
        page_key=key,
        page_url_endpoint=get_page(key).endpoint,
        preview_title=_named(form.title.data or ""),
        preview=fill_html(preview_html, values),
        versions=queries.versions_of(key),
        tags=sorted(PAGE_TAGS),
        placeholders=MEANINGS,
    )


def _named(title: str) -> str:
    return fill_line(title, values_of(current_app.config["KMZ"]))
