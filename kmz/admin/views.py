"""Staff login and dashboard under /verwaltung."""

from dataclasses import dataclass

from flask import Blueprint, Response, g, request, url_for

from kmz.accounts import current
from kmz.accounts.actions.login import LoginRefusal
from kmz.accounts.actions.sessions import end_logins
from kmz.accounts.forms import LoginForm
from kmz.accounts.login_names import MailName
from kmz.accounts.models import StaffUser
from kmz.booking.kufer.queries import count_corrections
from kmz.booking.notices.queries import count_changes
from kmz.booking.office import queries as staff_queries
from kmz.booking.rules import OVERDUE_AFTER_DAYS
from kmz.contact import queries as contact_queries
from kmz.recovery import staff_queries as recovery_queries
from kmz.web.access import public, staff_before_factor, staff_only
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import come_back_in, form_page, page, redirect_to, see_other
from kmz.web.returns import own_path

blueprint = Blueprint("admin", __name__)


@dataclass(frozen=True, slots=True)
class StaffLink:
    """An entry of the staff navigation."""

    label: str
    url: str


def staff_navigation() -> list[StaffLink]:
    """What the logged-in member of staff may open."""
    person, login = g.get("kmz_person"), current.current_login()
    if not isinstance(person, StaffUser) or login is None or login.second_factor_at is None:
        return []
    entries = [
        ("Übersicht", "admin.show_dashboard"),
        ("Anmeldungen", "staff_bookings.list_bookings"),
        ("Widerrufe", "staff_bookings.list_withdrawals"),
        ("Erstattungen", "staff_bookings.list_refunds"),
        ("Ermäßigungen", "staff_bookings.list_concessions"),
        ("Kunden", "staff_customers.list_customers"),
    ]
    if person.role in {"office", "admin"}:
        waiting = recovery_queries.workload().open
        entries += [
            (
                f"Kein Zugriff ({waiting})" if waiting else "Kein Zugriff",
                "staff_recovery.list_cases",
            ),
            ("Anfragen", "staff_contact.list_requests"),
            ("Schulen", "staff_schools.list_schools"),
            ("Kurse", "staff_courses.list_courses"),
            ("Buchungsstart", "staff_courses.show_openings"),
            ("Importe", "staff_imports.list_imports"),
            ("Synonyme", "staff_courses.show_synonyms"),
            ("Texte", "staff_texts.list_texts"),
        ]
    if person.role == "admin":
        entries.append(("Mitarbeitende", "staff_access.list_members"))
    return [StaffLink(label, url_for(endpoint)) for label, endpoint in entries]


@blueprint.app_context_processor
def _staff_context() -> dict[str, object]:
    person = g.get("kmz_person")
    return {
        "staff_navigation": staff_navigation,
        "current_staff": person if isinstance(person, StaffUser) else None,
    }


@blueprint.get("/login")
@public
def show_login() -> Response:
    if current.current_login():
        return see_other("admin.show_dashboard")
    target = own_path(request.args.get("weiter")) or ""
    return form_page("admin/show_login.html", LoginForm(None, weiter=target))


@blueprint.post("/login")
@public
@limiter.limit(login_limit)
def log_in() -> Response:
    form = LoginForm()
    if not form.validate():
        return form_page("admin/show_login.html", form)
    name = MailName(form.email.data or "", is_staff=True)
    opened = current.new_login(name, form.password.data or "")
    if isinstance(opened, LoginRefusal):
        form.form_errors.append(current.refusal_message(opened))
        return come_back_in(opened.seconds, form_page("admin/show_login.html", form))
    target = own_path(form.weiter.data) or "/verwaltung"
    return current.start_login(redirect_to(target), opened, is_staff=True)


@blueprint.post("/logout")
@staff_before_factor
def log_out() -> Response:
    staff = current.get_staff()
    end_logins(staff, by=staff, only=current.get_login().id)
    return current.clear_login(see_other("admin.show_login"), is_staff=True)


@blueprint.get("")
@staff_only()
def show_dashboard() -> Response:
    oldest, total = staff_queries.list_bookings(staff_queries.StaffFilter())
    return page(
        "admin/show_dashboard.html",
        figures=staff_queries.figures(OVERDUE_AFTER_DAYS),
        oldest=oldest[:10],
        total=total,
        recovery=recovery_queries.workload(),
        questions=contact_queries.workload(),
        kufer_corrections=count_corrections(),
        course_changes=count_changes(),
    )
