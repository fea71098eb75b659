"""The office's pages for Stornobedingungen."""

from flask import Response, flash

from kmz.accounts.current import get_staff
from kmz.catalog.actions import policies as actions
from kmz.catalog.forms.policies import PolicyForm
from kmz.catalog.models import CancellationPolicy
from kmz.catalog.policy_lines import write_steps
from kmz.catalog.policy_queries import get_policy, list_policies
from kmz.catalog.staff_views import blueprint
from kmz.errors import RefusedError
from kmz.web.access import staff_only
from kmz.web.pages import form_page, page, see_other


@blueprint.get("/stornobedingungen")
@staff_only("office")
def show_policies() -> Response:
    rows = [(policy, write_steps(policy.steps)) for policy in list_policies()]
    return page("catalog/admin/show_policies.html", rows=rows)


@blueprint.get("/stornobedingungen/neu")
@staff_only("office")
def new_policy() -> Response:
    return _page(PolicyForm(None), None)


@blueprint.get("/stornobedingungen/<int:policy_id>")
@staff_only("office")
def edit_policy(policy_id: int) -> Response:
    policy = get_policy(policy_id)
    form = PolicyForm(
        None,
        name=policy.name,
        steps=write_steps(policy.steps),
        note=policy.note,
        is_default=policy.is_default,
    )
    return _page(form, policy)


@blueprint.post("/stornobedingungen/neu")
@staff_only("office")
def create_policy() -> Response:
    return _save(None)


@blueprint.post("/stornobedingungen/<int:policy_id>")
@staff_only("office")
def change_policy(policy_id: int) -> Response:
    return _save(get_policy(policy_id))


@blueprint.post("/stornobedingungen/<int:policy_id>/loeschung")
@staff_only("office")
def delete_policy(policy_id: int) -> Response:
    flash(f"„{actions.delete_policy(policy_id, by=get_staff())}“ ist gelöscht.", "success")
    return see_other(".show_policies")


def _save(policy: CancellationPolicy | None) -> Response:
    form = PolicyForm()
    if not form.validate():
        return _page(form, policy)
    try:
        actions.save_policy(
            policy.id if policy else None,
            name=form.name.data or "",
            steps=form.steps.data or "",
            note=form.note.data or "",
            is_default=bool(form.is_default.data),
            by=get_staff(),
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _page(form, policy)
    flash("Die Stornobedingungen sind gespeichert.", "success")
    return see_other(".show_policies")


def _page(form: PolicyForm, policy: CancellationPolicy | None) -> Response:
    return form_page("catalog/admin/edit_policy.html", form, policy=policy)
