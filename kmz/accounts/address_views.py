"""Another mail address: asking for it in the Kundenkonto, confirming it at the new mailbox."""

from flask import Response, current_app, flash

from kmz.accounts import address_queries, current, queries
from kmz.accounts.actions import addresses
from kmz.accounts.forms import AddressForm, OwnAccountForm, password_help
from kmz.accounts.models import AddressChange
from kmz.accounts.views import blueprint
from kmz.errors import RefusedError
from kmz.web.access import customer_or_school_fresh, public
from kmz.web.limits import limiter, login_limit, mail_limit
from kmz.web.pages import form_page, page, secret_page, see_other

LINK_SENT = (
    "Wir haben einen Link an die neue E-Mail-Adresse geschickt. "
    "Sie gilt erst, wenn Sie ihn dort bestätigen."
)


def _address_page(form: AddressForm) -> Response:
    customer = current.get_customer()
    # People who share a login need not know each other's addresses.
    waiting = [] if customer.shared else address_queries.open_address_changes(customer.id)
    return form_page("accounts/show_address.html", form, customer=customer, waiting=waiting)


@blueprint.get("/konto/e-mail")
@customer_or_school_fresh
def show_address() -> Response:
    return _address_page(AddressForm())


@blueprint.post("/konto/e-mail")
@customer_or_school_fresh
@limiter.limit(mail_limit)
def request_address() -> Response:
    form, customer = AddressForm(), current.get_customer()
    if not form.validate():
        return _address_page(form)
    try:
        addresses.request_address_change(customer.id, new_email=form.email.data or "", by=customer)
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _address_page(form)
    flash(LINK_SENT, "success")
    return see_other("accounts.show_address")


def _dead() -> Response:
    return page("accounts/show_link_dead.html", status=410, again="/konto/e-mail")


def _confirmation_page(change: AddressChange, token: str, form: OwnAccountForm) -> Response:
    shared = queries.get_customer_with_profile(change.customer_id)[0].shared
    response = form_page(
        "accounts/show_address_link.html",
        form,
        token=token,
        address=change.new_email,
        shared=shared,
        **password_help(),
    )
    return secret_page(response)


@blueprint.get("/e-mail-bestaetigung/<token>")
@public
def show_address_link(token: str) -> Response:
    """A page with one button: mail scanners open links, so opening one changes nothing."""
    change = address_queries.find_open_address_change(token)
    return _dead() if change is None else _confirmation_page(change, token, OwnAccountForm())


@blueprint.post("/e-mail-bestaetigung/<token>")
@public
@limiter.limit(login_limit)
def confirm_address(token: str) -> Response:
    login = current.current_login()
    customer = addresses.confirm_address_change(token, keep_login=login.id if login else None)
    return _dead() if customer is None else see_other("accounts.show_address_confirmed")


@blueprint.post("/e-mail-bestaetigung/<token>/kundenkonto")
@public
@limiter.limit(login_limit)
def open_own_account(token: str) -> Response:
    """The same for somebody who so far used a login shared by a school."""
    change = address_queries.find_open_address_change(token)
    if change is None:
        return _dead()
    form = OwnAccountForm()
    if not form.validate():
        return _confirmation_page(change, token, form)
    customer = addresses.open_own_account(
        token,
        first_name=form.first_name.data or "",
        last_name=form.last_name.data or "",
        password_hash=current_app.extensions["kmz_passwords"].hash(form.password.data),
    )
    return _dead() if customer is None else see_other("accounts.show_confirmed")


@blueprint.get("/e-mail-bestaetigung/fertig")
@public
def show_address_confirmed() -> Response:
    return page("accounts/show_address_confirmed.html")
