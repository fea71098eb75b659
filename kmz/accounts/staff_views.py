"""The office's pages for customers, mounted under /verwaltung. IBANs and passwords are not here."""

from flask import Blueprint, Response, flash

from kmz.accounts import staff_queries
from kmz.accounts.actions import customers
from kmz.accounts.current import get_staff
from kmz.accounts.queries import logins_of
from kmz.web.access import staff_only
from kmz.web.pages import page, see_other
from kmz.web.paging import page_count, wanted_page, wanted_words

blueprint = Blueprint("staff_customers", __name__)


@blueprint.get("/kunden")
@staff_only("office", "finance")
def list_customers() -> Response:
    words, number = wanted_words(), wanted_page()
    found, total = staff_queries.list_customers(words=words, page=number)
    return page(
        "accounts/admin/list_customers.html",
        fragments=("customers",),
        customers=found,
        total=total,
        words=words,
        number=number,
        page_count=page_count(total, staff_queries.PAGE_SIZE),
    )


@blueprint.get("/kunden/<int:customer_id>")
@staff_only("office", "finance")
def show_customer(customer_id: int) -> Response:
    customer = staff_queries.get_customer(customer_id)
    return page(
        "accounts/admin/show_customer.html",
        customer=customer,
        profile=customer.profile,
        logins=logins_of(customer),
        opt_in=staff_queries.find_opt_in(customer_id),
    )


@blueprint.post("/kunden/<int:customer_id>/ausloggen")
@staff_only("office")
def end_logins(customer_id: int) -> Response:
    customers.end_all_logins(staff_queries.get_customer(customer_id).id, by=get_staff())
    flash("Alle Geräte sind ausgeloggt.", "success")
    return see_other("staff_customers.show_customer", customer_id=customer_id)


@blueprint.post("/kunden/<int:customer_id>/sperre")
@staff_only("office")
def lock(customer_id: int) -> Response:
    customers.lock_customer(staff_queries.get_customer(customer_id).id, by=get_staff())
    flash("Das Kundenkonto ist gesperrt, alle Geräte sind ausgeloggt.", "success")
    return see_other("staff_customers.show_customer", customer_id=customer_id)


@blueprint.post("/kunden/<int:customer_id>/entsperrung")
@staff_only("office")
def unlock(customer_id: int) -> Response:
    customers.unlock_customer(staff_queries.get_customer(customer_id).id, by=get_staff())
    flash("Das Kundenkonto ist wieder frei.", "success")
    return see_other("staff_customers.show_customer", customer_id=customer_id)
