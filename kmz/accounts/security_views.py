"""Sicherheit & Geräte: where a customer is logged in, the last logins, and passkeys."""

from flask import Response, current_app, flash

from kmz.accounts import current, factor_queries, queries, rules
from kmz.accounts.actions import passkeys, sessions
from kmz.accounts.actions.devices import forget_devices
from kmz.accounts.passkey_requests import (
    ask,
    find_party,
    get_party,
    go_to,
    refuse,
    sent_answer,
    sent_name,
)
from kmz.accounts.views import blueprint
from kmz.web.access import customer_only, customer_only_fresh, public
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import page, see_other
from kmz.web.returns import wanted_return


@blueprint.get("/konto/sicherheit")
@customer_only
def show_security() -> Response:
    customer, vault = current.get_customer(), current_app.extensions["kmz_vault"]
    failures = queries.failures_at_account(
        vault.fingerprint(customer.actor_name), since=customer.password_changed_at
    )
    return page(
        "accounts/show_security.html",
        customer=customer,
        devices=queries.logins_of(customer),
        this_device=current.get_login().id,
        last_logins=queries.last_logins_of(customer),
        ways=rules.LOGIN_WAYS,
        failures=failures.ever,
        passkeys=factor_queries.passkeys_of(customer),
    )


@blueprint.get("/konto/geraete")
@customer_only
def show_devices() -> Response:
    """The address of this page in earlier mails."""
    return see_other("accounts.show_security")


@blueprint.post("/konto/sicherheit/geraete/<int:login_id>/ende")
@customer_only
def end_device(login_id: int) -> Response:
    customer = current.get_customer()
    sessions.end_logins(customer, by=customer, only=login_id)
    flash("Das Gerät ist ausgeloggt.", "success")
    return see_other("accounts.show_security")


@blueprint.post("/konto/sicherheit/ausloggen")
@customer_only
def end_other_devices() -> Response:
    customer = current.get_customer()
    sessions.end_logins(customer, by=customer, keep=current.get_login().id)
    forget_devices(customer, keep=current.visit().device)
    flash("Alle anderen Geräte sind ausgeloggt.", "success")
    return see_other("accounts.show_security")


@blueprint.get("/konto/sicherheit/passkey")
@customer_only_fresh
def show_new_passkey() -> Response:
    return page("accounts/show_new_passkey.html", party=find_party())


@blueprint.post("/konto/sicherheit/passkey/aufgabe")
@customer_only_fresh
@limiter.limit(login_limit)
def begin_passkey() -> Response:
    vault = current_app.extensions["kmz_vault"]
    return ask(
        passkeys.begin_adding(
            current.get_customer(), party=get_party(), login=current.get_login(), vault=vault
        )
    )


@blueprint.post("/konto/sicherheit/passkey")
@customer_only_fresh
@limiter.limit(login_limit)
def add_passkey() -> Response:
    person, party = current.get_customer(), get_party()
    if not passkeys.add_passkey(person, sent_answer(), name=sent_name(), party=party):
        return refuse()
    flash("Der Passkey ist eingerichtet. Er ersetzt beim Login das Passwort.", "success")
    return go_to("/konto/sicherheit")


@blueprint.post("/konto/sicherheit/passkey/<int:passkey_id>/loeschung")
@customer_only_fresh
def remove_passkey(passkey_id: int) -> Response:
    passkeys.remove_passkey(current.get_customer(), passkey_id)
    flash("Der Passkey öffnet Ihr Kundenkonto nicht mehr.", "success")
    return see_other("accounts.show_security")


@blueprint.post("/login/passkey/aufgabe")
@public
@limiter.limit(login_limit)
def begin_passkey_login() -> Response:
    return ask(passkeys.begin_login(party=get_party(), is_staff=False))


@blueprint.post("/login/passkey")
@public
@limiter.limit(login_limit)
def log_in_by_passkey() -> Response:
    tokens = passkeys.log_in_by_passkey(
        sent_answer(),
        is_staff=False,
        visit=current.visit(),
        party=get_party(),
        vault=current_app.extensions["kmz_vault"],
    )
    if tokens is None:
        return refuse()
    return current.start_login(go_to(wanted_return("/konto")), tokens)
