"""Vertrag widerrufen: for everybody, in two steps, without login, cookies or JavaScript (L13-L17).

The two POST addresses ask for no CSRF token, because a declaration must not fail where cookies are
off. Own bookings end at once only with the token of the login's session; without it, the
declaration is taken in like a stranger's and staff look at it.
"""

from flask import Response, current_app, request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from kmz.accounts.current import current_customer
from kmz.accounts.models import CustomerAccount
from kmz.booking.blueprints import blueprint
from kmz.booking.leaving import queries
from kmz.booking.leaving.actions.withdrawing import declare
from kmz.booking.leaving.choices import LeavingChoice, choices_for
from kmz.booking.leaving.forms import WithdrawalForm
from kmz.booking.leaving.views import numbers_of
from kmz.booking.leaving.withdrawal_rules import exact_moment, token_for
from kmz.booking.rules import LONGEST_CONTRACT, BookingOwner, contract_named
from kmz.crypto import new_token
from kmz.recovery.workdays import public_holidays
from kmz.web.access import public
from kmz.web.limits import may_mail
from kmz.web.numbers import whole_numbers
from kmz.web.pages import form_page, page, secret_page, see_other

_LEAST_TOKEN, _LONGEST_TOKEN = 30, 100


@blueprint.get("/widerruf")
@public
def show_withdrawal() -> Response:
    customer = _person()
    known = {"name": customer.full_name, "email": customer.email} if customer else {}
    known["contract"] = request.args.get("vertrag", "")[:LONGEST_CONTRACT]
    ticked = set(whole_numbers([request.args.get("anmeldung", "")]))
    return _first_step(WithdrawalForm(None, token=new_token(), **known), ticked)


def _first_step(form: WithdrawalForm, ticked: set[int]) -> Response:
    return form_page("booking/show_withdrawal.html", form, own=_own(), ticked=ticked)


@blueprint.post("/widerruf")
@public
def check_withdrawal() -> Response:
    """Step 2: the data once more, and the one button. Nothing is kept yet."""
    form, ticked = _sent()
    if not form.validate() or "aendern" in request.form:
        return _first_step(form, ticked)
    chosen = [choice for choice in _own() if choice.booking.id in ticked]
    return page("booking/show_withdrawal_check.html", form=form, chosen=chosen)


@blueprint.post("/widerruf/bestaetigung")
@public
def confirm_withdrawal() -> Response:
    form, ticked = _sent()
    if not form.validate():
        return _first_step(form, ticked)
    declaration = form.declaration()
    token = token_for(form.token.data or "", declaration, ticked)
    declare(
        declaration,
        token=token,
        booking_ids=ticked,
        customer=_proven_person(),
        holidays=public_holidays(current_app.config["KMZ"].land),
        may_mail=may_mail(),
    )
    return see_other(".show_withdrawal_receipt", token=token)


@blueprint.get("/widerruf/eingang/<token>")
@public
def show_withdrawal_receipt(token: str) -> Response:
    withdrawal = queries.get_receipt(token)
    return secret_page(
        page(
            "booking/show_withdrawal_receipt.html",
            withdrawal=withdrawal,
            at=exact_moment(withdrawal.declared_at),
        )
    )


def _sent() -> tuple[WithdrawalForm, set[int]]:
    """The form as sent. Ticked bookings name the contract where nothing else does."""
    form, ticked = WithdrawalForm(), set(numbers_of("anmeldung"))
    if not _LEAST_TOKEN <= len(form.token.data or "") <= _LONGEST_TOKEN:
        form.token.data = new_token()
    if not form.contract.data:
        form.contract.data = contract_named(
            own.booking for own in _own() if own.booking.id in ticked
        )
        form.contract.raw_data = [form.contract.data]
    return form, ticked


def _own() -> list[LeavingChoice]:
    """The living bookings of whoever is logged in."""
    customer = _person()
    return choices_for(queries.living_bookings(BookingOwner(customer.id))) if customer else []


def _person() -> CustomerAccount | None:
    """The customer; whoever uses a login that a school shares declares as a visitor."""
    customer = current_customer()
    return None if customer is None or customer.shared else customer


def _proven_person() -> CustomerAccount | None:
    """The customer, if the form was ours: a foreign page cannot end anybody's bookings."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return None
    return _person()
