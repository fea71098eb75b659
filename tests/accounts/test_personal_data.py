"""The form "Persönliche Daten bearbeiten" (C20–C22)."""

from flask import Flask
from sqlalchemy import select

from kmz.accounts.actions.profile import change_profile
from kmz.accounts.forms import PersonalDataForm
from kmz.accounts.forms.personal_data import EMAIL_NEEDED
from kmz.accounts.queries import get_customer_with_profile
from kmz.audit.models import AuditEntry
from kmz.db import db
from tests.factories import make_customer


def sent(app: Flask, **values: str) -> PersonalDataForm:
    customer = make_customer()
    data = {"first_name": "Andrea", "last_name": "Beispiel", "email": customer.email, **values}
    with app.test_request_context("/", method="POST", data=data):
        app.config["WTF_CSRF_ENABLED"] = False
        form = PersonalDataForm.sent_for(customer)
        form.validate()
    return form


def test_the_fields_stand_in_the_documented_order(app: Flask) -> None:
    with app.test_request_context():
        labels = [field.label.text for field in PersonalDataForm(None) if field.type != "CSRFToken"]
    assert [
        label for label in labels if label not in {"Hausnummer", "PLZ", "Land", "CSRF Token"}
    ] == [
        *("E-Mail", "Anrede", "Vorname", "Nachname", "Straße", "Ort"),
        *("Telefon", "Tel. mobil", "Tel. privat", "Fax"),
    ]


def test_only_the_names_must_be_filled(app: Flask) -> None:
    assert sent(app).errors == {}
    assert set(sent(app, last_name="").errors) == {"last_name"}


def test_an_address_can_be_changed_but_not_taken_away(app: Flask) -> None:
    assert sent(app, email="").errors == {"email": [EMAIL_NEEDED]}
    assert set(sent(app, email="kein at").errors) == {"email"}
    assert sent(app, email="neu@example.org").errors == {}


def test_a_german_postal_code_has_five_digits_where_there_is_one(app: Flask) -> None:
    assert set(sent(app, postal_code="1234").errors) == {"postal_code"}
    assert sent(app, postal_code="1010", country="AT").errors == {}


def test_what_was_sent_is_stored_and_the_audit_names_only_the_fields(app: Flask) -> None:
    form = sent(app, fax="01234 5678", phone_private="01234 999", email="neu@example.org")
    customer = make_customer(email="andrea@example.org")
    change_profile(customer.id, form.personal_data)
    account, profile = get_customer_with_profile(customer.id)
    assert (profile.fax, profile.phone_private) == ("01234 5678", "01234 999")
    assert account.email == "andrea@example.org"
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert "fax" in entry.details["fields"]
    assert "01234 5678" not in str(entry.details)
