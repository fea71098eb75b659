"""The second factor of staff: asking for it, and setting it up."""

from collections.abc import Callable

from flask import Response, current_app, flash, request

from kmz.accounts import current, factor_queries, factors
from kmz.accounts.actions import second_factor
from kmz.accounts.actions.login import LoginRefusal
from kmz.accounts.actions.second_factor import Proof
from kmz.accounts.actions.sessions import LoginTokens
from kmz.accounts.forms.factors import AppCodeForm, AppSetupForm, RecoveryCodeForm
from kmz.accounts.staff_access_views import blueprint
from kmz.web.access import (
    STAFF_PREFIX,
    staff_before_factor,
    staff_enrolling,
    staff_only,
    staff_only_fresh,
)
from kmz.web.forms import BaseForm
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import form_page, page, redirect_to, see_other
from kmz.web.qr_codes import qr_image
from kmz.web.returns import own_path

WRONG_CODE = (
    "Der Code stimmt nicht, oder er wurde schon benutzt. Bitte warten Sie auf den nächsten."
)
WRONG_RECOVERY_CODE = "Dieser Code stimmt nicht, oder er wurde schon benutzt."


def _proof(code: str | None) -> Proof:
    return Proof(current.get_staff(), current.get_login(), code or "", current.visit())


def _ask_page(template: str, form: BaseForm) -> Response:
    staff = current.get_staff()
    return form_page(
        template,
        form,
        has_app=factor_queries.has_app(staff.id),
        has_passkeys=bool(factor_queries.passkeys_of(staff)),
        has_codes=factor_queries.unused_recovery_code_count(staff.id) > 0,
    )


def _way_on() -> Response | None:
    """Where to go instead when there is nothing to ask for."""
    if current.get_login().second_factor_at is not None:
        return redirect_to(own_path(request.args.get("weiter")) or STAFF_PREFIX)
    if not factor_queries.has_second_factor(current.get_staff().id):
        return see_other("staff_access.show_app_setup")
    return None


@blueprint.get("/zweiter-faktor")
@staff_before_factor
def show_second_factor() -> Response:
    target = own_path(request.args.get("weiter")) or ""
    form = AppCodeForm(None, weiter=target)
    return _way_on() or _ask_page("accounts/admin/show_second_factor.html", form)


@blueprint.post("/zweiter-faktor")
@staff_before_factor
@limiter.limit(login_limit)
def prove_second_factor() -> Response:
    vault = current_app.extensions["kmz_vault"]
    return _prove(
        AppCodeForm(),
        "accounts/admin/show_second_factor.html",
        WRONG_CODE,
        lambda proof: second_factor.prove_by_app(proof, vault=vault),
    )


@blueprint.get("/zweiter-faktor/wiederherstellung")
@staff_before_factor
def show_recovery_code() -> Response:
    target = own_path(request.args.get("weiter")) or ""
    form = RecoveryCodeForm(None, weiter=target)
    return _way_on() or _ask_page("accounts/admin/show_recovery_code.html", form)


@blueprint.post("/zweiter-faktor/wiederherstellung")
@staff_before_factor
@limiter.limit(login_limit)
def prove_recovery_code() -> Response:
    vault, passwords = (current_app.extensions[name] for name in ("kmz_vault", "kmz_passwords"))
    response = _prove(
        RecoveryCodeForm(),
        "accounts/admin/show_recovery_code.html",
        WRONG_RECOVERY_CODE,
        lambda proof: second_factor.prove_by_recovery_code(proof, passwords=passwords, vault=vault),
    )
    if response.status_code == 303:
        left = factor_queries.unused_recovery_code_count(current.get_staff().id)
        flash(f"Dieser Code ist verbraucht. Unbenutzte Codes: {left}.", "success")
    return response


def _prove(
    form: AppCodeForm | RecoveryCodeForm,
    template: str,
    message: str,
    prove: Callable[[Proof], LoginTokens | LoginRefusal],
) -> Response:
    if not form.validate():
        return _ask_page(template, form)
    answer = prove(_proof(form.code.data))
    if isinstance(answer, LoginRefusal):
        form.code.errors = (current.refusal_message(answer, failed=message),)
        return _ask_page(template, form)
    target = redirect_to(own_path(form.weiter.data) or STAFF_PREFIX)
    return current.start_login(target, answer, is_staff=True)


def _setup_page(form: AppSetupForm, secret: str) -> Response:
    staff = current.get_staff()
    address = factors.app_address(
        secret, email=staff.email, site_name=current_app.config["KMZ"].site_name
    )
    return form_page(
        "accounts/admin/show_app_setup.html",
        form,
        secret=factors.grouped(secret),
        address=address,
        image=qr_image(address),
        has_factor=factor_queries.has_second_factor(staff.id),
    )


@blueprint.get("/zweiter-faktor/app")
@staff_enrolling
def show_app_setup() -> Response:
    """A new secret each time; it counts from its first code on. Reading this changes nothing."""
    secret = factors.new_secret()
    sealed = f"{current.get_login().id}:{secret}"
    form = AppSetupForm(None, sealed=current_app.extensions["kmz_vault"].encrypt(sealed))
    return _setup_page(form, secret)


@blueprint.post("/zweiter-faktor/app")
@staff_enrolling
@limiter.limit(login_limit)
def set_up_app() -> Response:
    form = AppSetupForm()
    secret = _unseal(form.sealed.data or "")
    if secret is None:
        return see_other("staff_access.show_app_setup")
    if not form.validate():
        return _setup_page(form, secret)
    tokens = second_factor.set_up_app(_proof(form.code.data), secret)
    if tokens is None:
        form.code.errors = (WRONG_CODE,)
        return _setup_page(form, secret)
    response = current.start_login(_after_setup(), tokens, is_staff=True)
    flash("Die App ist eingerichtet.", "success")
    return response


def _unseal(sealed: str) -> str | None:
    """The secret that this login was shown, or None for anything else."""
    try:
        plain = current_app.extensions["kmz_vault"].decrypt(sealed)
    except ValueError:
        return None
    login_id, _, secret = plain.partition(":")
    return secret if login_id == str(current.get_login().id) else None


def _after_setup() -> Response:
    """Who has no recovery codes gets them next."""
    if factor_queries.unused_recovery_code_count(current.get_staff().id):
        return see_other("staff_access.show_access")
    return see_other("staff_access.show_recovery_codes")


@blueprint.post("/zugang/app/loeschung")
@staff_only_fresh()
def remove_app() -> Response:
    staff = current.get_staff()
    if second_factor.remove_app(staff, by=staff):
        flash("Die App ist entfernt.", "success")
    else:
        flash(
            "Die App ist Ihr einziger zweiter Faktor. Richten Sie zuerst einen Passkey ein.",
            "error",
        )
    return see_other("staff_access.show_access")


@blueprint.get("/zugang/codes")
@staff_only()
def show_recovery_codes() -> Response:
    left = factor_queries.unused_recovery_code_count(current.get_staff().id)
    return page("accounts/admin/show_recovery_codes.html", left=left, codes=())


@blueprint.post("/zugang/codes")
@staff_only_fresh()
@limiter.limit(login_limit)
def renew_recovery_codes() -> Response:
    """Answers with the codes themselves: nothing keeps them, so no other page could show them."""
    codes = second_factor.renew_recovery_codes(
        current.get_staff(), passwords=current_app.extensions["kmz_passwords"]
    )
    shown = [factors.grouped(code) for code in codes]
    return page("accounts/admin/show_recovery_codes.html", left=len(codes), codes=shown)
