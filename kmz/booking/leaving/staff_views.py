"""The office's queue of Widerrufe and the Erstattungen of finance, mounted under /verwaltung."""

import csv
import io

from flask import Response, flash

from kmz import clock
from kmz.accounts.current import get_staff
from kmz.booking import rules
from kmz.booking.blueprints import staff_blueprint
from kmz.booking.leaving import queries
from kmz.booking.leaving.actions.refunds import finish_refund
from kmz.booking.leaving.actions.withdrawing import accept_withdrawal, settle_withdrawal
from kmz.booking.leaving.choices import choices_for
from kmz.booking.leaving.forms import SettleForm
from kmz.booking.leaving.views import numbers_of
from kmz.booking.leaving.withdrawal_rules import CHECK_MARK, exact_moment
from kmz.booking.models import Withdrawal
from kmz.web.access import staff_only
from kmz.web.formats import counted
from kmz.web.pages import form_page, page, see_other
from kmz.web.paging import page_count, wanted_list

STATES = {"open": "offen", "settled": "erledigt"}
REFUND_STATES = {"due": "fällig", "done": "erledigt"}
# A spreadsheet takes what begins like this for a formula (L17, L54).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = ("Vorgang", "Eingang", "Name", "Vertrag", "E-Mail", "Bemerkung", "Prüfen", "Erledigt")


@staff_blueprint.get("/widerrufe")
@staff_only("office", "finance")
def list_withdrawals() -> Response:
    wanted = wanted_list(STATES)
    found, total = queries.list_withdrawals(wanted)
    return page(
        "booking/admin/list_withdrawals.html",
        fragments=("withdrawals",),
        withdrawals=found,
        total=total,
        wanted=wanted,
        states=STATES,
        mark=CHECK_MARK,
        page_count=page_count(total, queries.PAGE_SIZE),
    )


@staff_blueprint.get("/widerrufe.csv")
@staff_only("office", "finance")
def export_withdrawals() -> Response:
    """All declarations as a table; nothing in it is a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerow(_COLUMNS)
    writer.writerows(
        [_harmless(cell) for cell in _row(withdrawal)] for withdrawal in queries.all_withdrawals()
    )
    response = Response(file.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="widerrufe.csv"'
    return response


def _row(withdrawal: Withdrawal) -> tuple[str, ...]:
    return (
        withdrawal.reference,
        exact_moment(withdrawal.declared_at),
        withdrawal.name,
        withdrawal.contract,
        withdrawal.email,
        withdrawal.remark,
        CHECK_MARK if withdrawal.is_withheld else "",
        exact_moment(withdrawal.settled_at) if withdrawal.settled_at else "",
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


@staff_blueprint.get("/widerrufe/<int:withdrawal_id>")
@staff_only("office", "finance")
def show_withdrawal(withdrawal_id: int) -> Response:
    return _withdrawal_page(withdrawal_id, SettleForm(None))


def _withdrawal_page(withdrawal_id: int, form: SettleForm) -> Response:
    withdrawal = queries.get_withdrawal(withdrawal_id)
    return form_page(
        "booking/admin/show_withdrawal.html",
        form,
        withdrawal=withdrawal,
        at=exact_moment(withdrawal.declared_at),
        choices=choices_for(queries.possible_bookings(withdrawal)),
        chosen={line.booking_id for line in withdrawal.lines},
        names=rules.STATUS_NAMES,
        mark=CHECK_MARK,
    )


@staff_blueprint.post("/widerrufe/<int:withdrawal_id>/annahme")
@staff_only("office")
def accept(withdrawal_id: int) -> Response:
    queries.get_withdrawal(withdrawal_id)
    ended = accept_withdrawal(withdrawal_id, numbers_of("bookings"), by=get_staff())
    if ended:
        flash(
            f"{counted(len(ended), 'Anmeldung', 'Anmeldungen')} durch Widerruf beendet.", "success"
        )
    else:
        flash("Es war keine laufende Anmeldung ausgewählt.", "info")
    return see_other(".show_withdrawal", withdrawal_id=withdrawal_id)


@staff_blueprint.post("/widerrufe/<int:withdrawal_id>/erledigung")
@staff_only("office")
def settle(withdrawal_id: int) -> Response:
    queries.get_withdrawal(withdrawal_id)
    form = SettleForm()
    if not form.validate():
        return _withdrawal_page(withdrawal_id, form)
    if settle_withdrawal(withdrawal_id, note=form.note.data or "", by=get_staff()):
        flash("Der Widerruf ist erledigt.", "success")
    else:
        flash("Dieser Widerruf war schon erledigt.", "info")
    return see_other(".list_withdrawals")


@staff_blueprint.get("/erstattungen")
@staff_only("finance", "office")
def list_refunds() -> Response:
    wanted = wanted_list(REFUND_STATES, "due")
    found, total = queries.list_refunds(done=wanted.state == "done", page=wanted.page)
    return page(
        "booking/admin/list_refunds.html",
        fragments=("refunds",),
        refunds=found,
        total=total,
        wanted=wanted,
        states=REFUND_STATES,
        today=clock.today(),
        page_count=page_count(total, queries.PAGE_SIZE),
    )


@staff_blueprint.post("/erstattungen/<int:refund_id>/erledigung")
@staff_only("finance")
def finish(refund_id: int) -> Response:
    if finish_refund(refund_id, by=get_staff()):
        flash("Die Erstattung ist als erledigt vermerkt.", "success")
    else:
        flash("Diese Erstattung war schon erledigt.", "info")
    return see_other(".list_refunds")
