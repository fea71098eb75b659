"""A booking request as KuferSQL takes it: one file with one ANMELDUNG, only in the chosen charset.

Persons, amounts with a point, days as TT.MM.JJJJ. ZAHLART is L (debit) or R (everything else).
"""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from kmz import clock
from kmz.accounts.forms.fields import COUNTRIES
from kmz.banking.models import SepaMandate
from kmz.banking.rules import read_iban
from kmz.booking.models import Booking, BookingRequest
from kmz.booking.rules import ParticipantName, age_on
from kmz.catalog.feeds.texts import one_line, writable
from kmz.catalog.feeds.xml import Node, document, node

CHARSETS = ("utf-8", "windows-1252")
_COUNTRY_NAMES = {country.value: country.label for country in COUNTRIES}
_SEXES = {"Frau": "W", "Herr": "M"}
# Letters that have no plain form in Unicode and none in windows-1252.
_PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "ẞ": "SS"}
)


def file_name(request: BookingRequest) -> str:
    """Sorted by time in the folder, and the same whenever the same request is written again."""
    return f"{int(request.created_at.timestamp())}-{request.reference}.xml"


def request_file(
    request: BookingRequest,
    bookings: Sequence[Booking],
    mandate: SepaMandate | None,
    *,
    charset: str,
) -> bytes:
    """The file of a request; `bookings` are those of it that are alive."""
    people = _Written(charset)
    main = _main_person(request, bookings)
    parts = (
        node("STAMMDATEN", people.master_data(request, main, mandate)),
        node("KURSE", people.courses(bookings, main, is_debit=mandate is not None)),
    )
    root = node("ANMELDUNGEN", [node("ANMELDUNG", parts)])
    return document(root, charset=charset) + b"\n"


def in_charset(text: str, charset: str) -> str:
    """The text in letters that the charset has: an accent falls, a foreign script becomes "?"."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_letter(sign, charset) for sign in composed)


def _letter(sign: str, charset: str) -> str:
    if _is_writable(sign, charset):
        return sign
    parts = unicodedata.normalize("NFKD", sign.translate(_PLAIN))
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return plain if _is_writable(plain, charset) else "?"


def _is_writable(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _main_person(request: BookingRequest, bookings: Sequence[Booking]) -> Booking | None:
    """The booking of the Vertragspartner, who may take part or not."""
    partner = request.contract_partner
    key = ParticipantName(partner["first_name"], partner["last_name"]).key
    return next((one for one in bookings if _name(one).key == key), None)


def _name(booking: Booking) -> ParticipantName:
    return ParticipantName(booking.participant_first_name, booking.participant_last_name)


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


class _Written:
    """Nodes whose texts are written in one charset; what is empty stays out."""

    def __init__(self, charset: str) -> None:
        self._charset = charset

    def _nodes(self, **texts: str) -> Iterator[Node]:
        for name, text in texts.items():
            if line := in_charset(one_line(text), self._charset):
                yield node(name, line)

    def master_data(
        self, request: BookingRequest, main: Booking | None, mandate: SepaMandate | None
    ) -> Iterator[Node]:
        """STAMMDATEN: the Vertragspartner, the address for the bill, how to pay."""
        partner: dict[str, Any] = request.contract_partner
        salutation = partner.get("salutation", "")
        street = f"{partner.get('street', '')} {partner.get('house_number', '')}"
        city = f"{partner.get('postal_code', '')} {partner.get('city', '')}"
        country = _COUNTRY_NAMES.get(partner.get("country", ""), "")
        named = f"{partner.get('title', '')} {request.partner_name}"
        yield from self._nodes(
            NAME_TITEL=salutation if salutation in _SEXES else "",
            NAME=partner["last_name"],
            VORNAME=partner["first_name"],
            STRASSE=street,
            ORT=city,
            NATION=country,
            GESCHLECHT=_SEXES.get(salutation, ""),
        )
        yield from self._born(main.participant_birth_date if main else None)
        yield from self._nodes(RECHADR1=named, RECHADR2=street, RECHADR3=city, RECHADR4=country)
        if mandate is not None:
            yield from self._nodes(
                BANKBEZ=read_iban(mandate.iban).bank_name,
                KONTOINH=mandate.account_holder,
                BIC=mandate.bic,
                IBAN=mandate.iban,
            )
        remark = f"Vorgang {request.reference}\n{request.remark}".strip()
        yield node("BEMERKUNG", in_charset(writable(remark), self._charset))
        yield node("SESSIONTIME", str(int(request.created_at.timestamp())))
        yield node("KOMMUNIKATION", self._ways(partner.get("phone", ""), request.email))

    def _born(self, day: date | None) -> Iterator[Node]:
        if day is not None:
            yield node("GEBDATUM", f"{day:%d.%m.%Y}")
            yield node("ZUSATZ", str(age_on(clock.today(), day)))

    def _ways(self, phone: str, email: str) -> Iterator[Node]:
        for kind, name, text in (("T", "Telefon", phone), ("E", "eMail", email)):
            if text:
                way = self._nodes(KOMMART=kind, KOMMBEZ=name, KOMMWERT=text)
                yield node("KOMMUNIKATIONSEINTRAG", way)

    def courses(
        self, bookings: Sequence[Booking], main: Booking | None, *, is_debit: bool
    ) -> Iterator[Node]:
        """KURSE: one KURS a course; who is not the Vertragspartner stands in WEITEREANM."""
        in_order = sorted(bookings, key=lambda one: (one.course_id, one.id))
        for _, found in groupby(in_order, key=lambda one: one.course_id):
            people = list(found)
            yield node("KURS", self._course(people, main, is_debit=is_debit))

    def _course(
        self, people: list[Booking], main: Booking | None, *, is_debit: bool
    ) -> Iterator[Node]:
        yield from self._nodes(
            KURSNUMMER=people[0].course.number,
            STATUS="A",
            ZAHLART="L" if is_debit else "R",
            KURSGEBUEHR=_amount(sum(one.fee_cents for one in people)),
            ABW_TNR="-1",
            ANZAHL=str(len(people)),
        )
        further = [one for one in people if main is None or _name(one).key != _name(main).key]
        if further:
            yield node("WEITEREANM", [node("WEITERANM", self._further(one)) for one in further])

    def _further(self, booking: Booking) -> Iterator[Node]:
        yield node("TYP", "K" if booking.is_minor else "M")
        yield node("KURSGEBUEHR", _amount(booking.fee_cents))
        person = [
            *self._nodes(
                NAME=booking.participant_last_name, VORNAME=booking.participant_first_name
            ),
            *self._born(booking.participant_birth_date),
        ]
        yield node("WEITERSTAMM", person)
