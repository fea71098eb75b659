"""The office's pages for words that mean the same to people who search."""

from flask import Response, flash

from kmz.accounts.current import get_staff
from kmz.catalog.actions import synonyms as actions
from kmz.catalog.forms.synonyms import SynonymForm
from kmz.catalog.staff_views import blueprint
from kmz.catalog.synonym_lines import tidy
from kmz.catalog.synonym_queries import get_synonyms, list_synonyms
from kmz.errors import RefusedError
from kmz.web.access import staff_only
from kmz.web.pages import form_page, see_other


@blueprint.get("/synonyme")
@staff_only("office")
def show_synonyms() -> Response:
    return _list_page(SynonymForm(None))


@blueprint.post("/synonyme")
@staff_only("office")
def add_synonyms() -> Response:
    form = SynonymForm()
    if form.validate():
        try:
            group = actions.add_synonyms(form.words.data or "", by=get_staff())
        except RefusedError as refusal:
            form.add_problems(refusal.problems)
        else:
            return _saved(group.words)
    return _list_page(form)


@blueprint.post("/synonyme/vorschlaege")
@staff_only("office")
def take_over_synonyms() -> Response:
    added = actions.take_over_shipped(by=get_staff())
    if added:
        flash(f"{added} Zeilen sind übernommen und gelten in wenigen Sekunden.", "success")
    else:
        flash("Alle vorgeschlagenen Wörter stehen schon in Ihren Zeilen.", "info")
    return see_other(".show_synonyms")


@blueprint.get("/synonyme/<int:group_id>")
@staff_only("office")
def edit_synonyms(group_id: int) -> Response:
    group = get_synonyms(group_id)
    return _edit_page(group_id, SynonymForm(None, words=group.words))


@blueprint.post("/synonyme/<int:group_id>")
@staff_only("office")
def change_synonyms(group_id: int) -> Response:
    form = SynonymForm()
    if form.validate():
        try:
            actions.change_synonyms(group_id, form.words.data or "", by=get_staff())
        except RefusedError as refusal:
            form.add_problems(refusal.problems)
        else:
            return _saved(form.words.data or "")
    return _edit_page(group_id, form)


@blueprint.post("/synonyme/<int:group_id>/loeschung")
@staff_only("office")
def delete_synonyms(group_id: int) -> Response:
    words = actions.delete_synonyms(group_id, by=get_staff())
    flash(f"Die Zeile „{words}“ ist gelöscht.", "success")
    return see_other(".show_synonyms")


def _saved(words: str) -> Response:
    line = tidy(words)
    flash(f"„{line}“ ist gespeichert und gilt in wenigen Sekunden.", "success")
    shared = next((found.shared for found in list_synonyms() if found.group.words == line), ())
    if shared:
        named = ", ".join(f"„{term}“" for term in shared)
        flash(f"{named} steht auch in einer anderen Zeile. Dann gelten beide.", "info")
    return see_other(".show_synonyms")


def _list_page(form: SynonymForm) -> Response:
    return form_page("catalog/admin/show_synonyms.html", form, lines=list_synonyms())


def _edit_page(group_id: int, form: SynonymForm) -> Response:
    get_synonyms(group_id)
    return form_page("catalog/admin/edit_synonyms.html", form, group_id=group_id)
