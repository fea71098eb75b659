"""Mitarbeitende: the administration keeps the access of colleagues, never its own."""

from flask import Response, flash

from kmz.accounts import current, factor_queries, queries, staff_queries
from kmz.accounts.actions import second_factor, sessions, staff
from kmz.accounts.forms.members import ROLE_NAMES, FactorResetForm, RoleForm
from kmz.accounts.models import StaffUser
from kmz.accounts.staff_access_views import blueprint
from kmz.web.access import staff_only, staff_only_fresh
from kmz.web.pages import form_page, page, see_other

OWN = "Ihren eigenen Zugang ändert eine Kollegin oder ein Kollege mit der Rolle admin."


@blueprint.get("/mitarbeitende")
@staff_only("admin")
def list_members() -> Response:
    return page(
        "accounts/admin/list_members.html",
        members=staff_queries.list_members(),
        protected=factor_queries.staff_with_second_factor(),
        roles=ROLE_NAMES,
    )


def _member_page(
    member: StaffUser,
    *,
    role_form: RoleForm | None = None,
    reset_form: FactorResetForm | None = None,
) -> Response:
    return form_page(
        "accounts/admin/show_member.html",
        reset_form or FactorResetForm(None),
        role_form=role_form or RoleForm(None, role=member.role),
        member=member,
        roles=ROLE_NAMES,
        is_own=member.id == current.get_staff().id,
        has_factor=factor_queries.has_second_factor(member.id),
        logins=queries.logins_of(member),
    )


@blueprint.get("/mitarbeitende/<int:staff_id>")
@staff_only("admin")
def show_member(staff_id: int) -> Response:
    return _member_page(staff_queries.get_member(staff_id))


def _colleague(staff_id: int) -> StaffUser | None:
    """Four eyes: nobody does this to their own access (ASVS 6.4.4)."""
    member = staff_queries.get_member(staff_id)
    if member.id != current.get_staff().id:
        return member
    flash(OWN, "error")
    return None


def _back(staff_id: int) -> Response:
    return see_other("staff_access.show_member", staff_id=staff_id)


@blueprint.post("/mitarbeitende/<int:staff_id>/sperre")
@staff_only_fresh("admin")
def disable_member(staff_id: int) -> Response:
    member = _colleague(staff_id)
    if member is not None:
        staff.disable_staff(member.id, by=current.get_staff())
        flash("Der Zugang ist gesperrt, alle Geräte sind ausgeloggt.", "success")
    return _back(staff_id)


@blueprint.post("/mitarbeitende/<int:staff_id>/entsperrung")
@staff_only_fresh("admin")
def enable_member(staff_id: int) -> Response:
    member = _colleague(staff_id)
    if member is not None:
        staff.enable_staff(member.id, by=current.get_staff())
        flash("Der Zugang ist wieder frei.", "success")
    return _back(staff_id)


@blueprint.post("/mitarbeitende/<int:staff_id>/ausloggen")
@staff_only_fresh("admin")
def end_member_logins(staff_id: int) -> Response:
    member = _colleague(staff_id)
    if member is not None:
        sessions.end_logins(member, by=current.get_staff())
        flash("Alle Geräte sind ausgeloggt.", "success")
    return _back(staff_id)


@blueprint.post("/mitarbeitende/<int:staff_id>/rolle")
@staff_only_fresh("admin")
def change_role(staff_id: int) -> Response:
    member, form = _colleague(staff_id), RoleForm()
    if member is None:
        return _back(staff_id)
    if not form.validate():
        return _member_page(member, role_form=form)
    staff.change_role(member.id, form.role.data, by=current.get_staff())
    flash("Die Rolle ist geändert.", "success")
    return _back(staff_id)


@blueprint.post("/mitarbeitende/<int:staff_id>/zweiter-faktor")
@staff_only_fresh("admin")
def reset_second_factor(staff_id: int) -> Response:
    member, form = _colleague(staff_id), FactorResetForm()
    if member is None:
        return _back(staff_id)
    if not form.validate():
        return _member_page(member, reset_form=form)
    second_factor.reset_second_factor(
        member,
        by=current.get_staff(),
        reason=form.reason.data or "",
        identification=form.identification.data,
    )
    flash("Der zweite Faktor ist zurückgesetzt, alle Geräte sind ausgeloggt.", "success")
    return _back(staff_id)
