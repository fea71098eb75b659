"""Passkeys of staff: as the second factor, or for password and second factor in one."""

from flask import Response, current_app, flash, url_for

from kmz.accounts import current, factor_queries
from kmz.accounts.actions import passkeys
from kmz.accounts.passkey_requests import (
    ask,
    find_party,
    get_party,
    go_to,
    refuse,
    sent_answer,
    sent_name,
)
from kmz.accounts.staff_access_views import blueprint
from kmz.web.access import (
    STAFF_PREFIX,
    public,
    staff_before_factor,
    staff_enrolling,
    staff_only_fresh,
)
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import page, see_other
from kmz.web.returns import wanted_return


@blueprint.post("/login/passkey/aufgabe")
@public
@limiter.limit(login_limit)
def begin_passkey_login() -> Response:
    return ask(passkeys.begin_login(party=get_party(), is_staff=True))


@blueprint.post("/login/passkey")
@public
@limiter.limit(login_limit)
def log_in_by_passkey() -> Response:
    tokens = passkeys.log_in_by_passkey(
        sent_answer(),
        is_staff=True,
        visit=current.visit(),
        party=get_party(),
        vault=current_app.extensions["kmz_vault"],
    )
    if tokens is None:
        return refuse()
    return current.start_login(go_to(wanted_return(STAFF_PREFIX)), tokens, is_staff=True)


@blueprint.post("/zweiter-faktor/passkey/aufgabe")
@staff_before_factor
@limiter.limit(login_limit)
def begin_passkey_factor() -> Response:
    return ask(
        passkeys.begin_second_factor(
            current.get_staff(), party=get_party(), login=current.get_login()
        )
    )


@blueprint.post("/zweiter-faktor/passkey")
@staff_before_factor
@limiter.limit(login_limit)
def prove_passkey() -> Response:
    tokens = passkeys.prove_by_passkey(
        current.get_staff(), sent_answer(), visit=current.visit(), party=get_party()
    )
    if tokens is None:
        return refuse()
    return current.start_login(go_to(wanted_return(STAFF_PREFIX)), tokens, is_staff=True)


@blueprint.get("/zugang/passkey")
@staff_enrolling
def show_new_staff_passkey() -> Response:
    return page("accounts/admin/show_new_staff_passkey.html", party=find_party())


@blueprint.post("/zugang/passkey/aufgabe")
@staff_enrolling
@limiter.limit(login_limit)
def begin_staff_passkey() -> Response:
    return ask(
        passkeys.begin_adding(
            current.get_staff(),
            party=get_party(),
            login=current.get_login(),
            vault=current_app.extensions["kmz_vault"],
        )
    )


@blueprint.post("/zugang/passkey")
@staff_enrolling
@limiter.limit(login_limit)
def add_staff_passkey() -> Response:
    staff = current.get_staff()
    tokens = passkeys.add_staff_passkey(staff, sent_answer(), name=sent_name(), party=get_party())
    if tokens is None:
        return refuse()
    has_codes = factor_queries.unused_recovery_code_count(current.get_staff().id) > 0
    target = "staff_access.show_access" if has_codes else "staff_access.show_recovery_codes"
    response = current.start_login(go_to(url_for(target)), tokens, is_staff=True)
    flash("Der Passkey ist eingerichtet.", "success")
    return response


@blueprint.post("/zugang/passkey/<int:passkey_id>/loeschung")
@staff_only_fresh()
def remove_staff_passkey(passkey_id: int) -> Response:
    if passkeys.remove_passkey(current.get_staff(), passkey_id):
        flash("Der Passkey ist entfernt.", "success")
    else:
        flash("Das ist Ihr einziger zweiter Faktor. Richten Sie zuerst eine App ein.", "error")
    return see_other("staff_access.show_access")
