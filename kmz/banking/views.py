"""The page Bankverbindungen."""

from flask import Blueprint, Response, current_app, flash, request

from kmz.accounts.current import get_customer
from kmz.banking import actions, queries
from kmz.banking.forms import BankAccountForm
from kmz.errors import RefusedError
from kmz.web.access import customer_only, customer_only_fresh
from kmz.web.pages import form_page, page, redirect_to, see_other
from kmz.web.returns import own_path

blueprint = Blueprint("banking", __name__)


def _accounts_page(form: BankAccountForm) -> Response:
    customer = get_customer()
    return form_page(
        "banking/list_bank_accounts.html", form, accounts=queries.bank_accounts_of(customer.id)
    )


@blueprint.get("")
@customer_only_fresh
def list_bank_accounts() -> Response:
    target = own_path(request.args.get("weiter")) or ""
    return _accounts_page(
        BankAccountForm(None, weiter=target, account_holder=get_customer().full_name)
    )


@blueprint.post("")
@customer_only_fresh
def add_bank_account() -> Response:
    form = BankAccountForm()
    if not form.validate():
        return _accounts_page(form)
    try:
        actions.add_bank_account(
            get_customer().id,
            holder=form.account_holder.data or "",
            data=form.data_of_iban,
            vault=current_app.extensions["kmz_vault"],
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _accounts_page(form)
    flash("Ihre Bankverbindung ist gespeichert.", "success")
    return redirect_to(own_path(form.weiter.data) or "/konto/bankverbindungen")


@blueprint.post("/<int:account_id>/standard")
@customer_only_fresh
def choose_default(account_id: int) -> Response:
    actions.choose_default(get_customer().id, account_id)
    return see_other("banking.list_bank_accounts")


@blueprint.get("/<int:account_id>/loeschung")
@customer_only
def show_deletion(account_id: int) -> Response:
    account = queries.get_bank_account(get_customer().id, account_id)
    return page("banking/show_deletion.html", account=account)


@blueprint.post("/<int:account_id>/loeschung")
@customer_only_fresh
def delete_bank_account(account_id: int) -> Response:
    actions.delete_bank_account(get_customer().id, account_id)
    flash("Die Bankverbindung ist gelöscht.", "success")
    return see_other("banking.list_bank_accounts")
