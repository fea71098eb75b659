"""The invented people of the demo and what they have booked."""

from dataclasses import dataclass
from datetime import date

IBAN = "DE89370400440532013000"  # the example account of the German banks; nobody owns it


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A customer with a complete profile."""

    email: str
    first_name: str
    last_name: str
    street: str
    house_number: str
    postal_code: str
    city: str
    phone: str = ""
    salutation: str = ""
    birth_date: date | None = None


CUSTOMER = DemoPerson(
    "kundin@example.org",
    "Erika",
    "Beispiel",
    "Lindenweg",
    "14a",
    "12346",
    "Musterstadt",
    "+49 1234 567890",
    "Frau",
    date(1984, 5, 17),
)
STAFF_NAME = "Verwaltung der Demo"
SCHOOL_NAME = "Schule an der Lindenallee"

OTHERS = (
    DemoPerson(
        "alrun@example.org", "Alrun", "Teichgräber", "Gartenweg", "3", "12345", "Musterstadt"
    ),
    DemoPerson(
        "bartosz@example.org", "Bartosz", "Wendlerski", "Hafenstraße", "21", "12345", "Musterstadt"
    ),
    DemoPerson("cosima@example.org", "Cosima", "Pfandler", "Am Markt", "7", "12349", "Waldhausen"),
    DemoPerson("dario@example.org", "Dario", "Lüttichau", "Badweg", "18", "12346", "Musterstadt"),
    DemoPerson("edda@example.org", "Edda", "Kranefuß", "Schulstraße", "40", "12347", "Musterstadt"),
    DemoPerson(
        "farid@example.org", "Farid", "Sommerlatte", "Ringstraße", "112", "12347", "Musterstadt"
    ),
    DemoPerson(
        "gesine@example.org", "Gesine", "Ostwald-Kaya", "Dorfplatz", "5", "12349", "Waldhausen"
    ),
    DemoPerson(
        "hilmar@example.org", "Hilmar", "Brückmann", "Lindenweg", "2", "12346", "Musterstadt"
    ),
)


@dataclass(frozen=True, slots=True)
class DemoBooking:
    """What one person booked at once: courses by title, how many days ago, with which remark, and
    for which reason at a lower price.
    """

    email: str
    titles: tuple[str, ...]
    days_ago: int
    remark: str = ""
    concession: str = ""


# Labels, percent less, whether a proof is wanted.
CONCESSIONS = (
    ("Studierende, Auszubildende, Freiwilligendienst", 25, True),
    ("Ermäßigt nach Entgeltordnung", 40, True),
    ("Ehrenamtskarte", 10, True),
)

# Booked by the demo customer and decided since; the courses run or are still to come.
CONFIRMED = (
    DemoBooking(CUSTOMER.email, ("Italienisch Mittelstufe",), 40),
    DemoBooking(
        CUSTOMER.email,
        ("Argumentieren am Gartenzaun", "Wein und Käse: Paare, die sich mögen"),
        20,
    ),
    DemoBooking(CUSTOMER.email, ("Fotografieren mit Blende und Zeit", "Besser schlafen"), 12),
    DemoBooking(CUSTOMER.email, ("Sicher im Netz: Passwörter, Betrug und Daten",), 6),
)
REJECTED = DemoBooking(CUSTOMER.email, ("Englisch Auffrischung",), 15)
REJECTION_REASON = "Der Kurs ist für Fortgeschrittene; wir beraten Sie gern zu einem anderen."

# Twelve bookings on which the office has not decided yet; the last is the demo customer's.
REQUESTED = (
    DemoBooking("alrun@example.org", ("Vorsorgevollmacht und Patientenverfügung",), 9),
    DemoBooking(
        "bartosz@example.org",
        ("Tabellenkalkulation: Grundkurs",),
        8,
        "Den Nachweis für die Ermäßigung bringe ich am Montag vorbei.",
        concession="Ehrenamtskarte",
    ),
    DemoBooking(
        "cosima@example.org",
        ("Levante-Küche: Mezze für viele Gäste", "Offenes Singen für alle"),
        6,
    ),
    DemoBooking("dario@example.org", ("Niederländisch für Nachbarn",), 4),
    DemoBooking(
        "edda@example.org",
        (
            "Pflege zu Hause: Handgriffe und Hilfen",
            "Frauen und Finanzen: Früh planen, spät gelassen sein",
        ),
        3,
    ),
    DemoBooking("farid@example.org", ("Improvisationstheater: Ja, und?",), 2),
    DemoBooking("gesine@example.org", ("Schreibwerkstatt: Vom Satz zur Geschichte",), 2),
    DemoBooking(
        "hilmar@example.org",
        ("Wirbelsäulengymnastik am Vormittag",),
        1,
        "Ich komme mit dem Rad und bin manchmal fünf Minuten später.",
    ),
    DemoBooking("alrun@example.org", ("Englisch für die Reise",), 1),
    DemoBooking(CUSTOMER.email, ("Aquarell: Wasser, Licht und Papier",), 1),
)

# The demo customer's children, for courses that a family books together.
CHILDREN = {"Mia": date(2017, 4, 2), "Jonas": date(2020, 9, 14)}
# Who waits for a full course, in this order.
WAITED_FOR = "Python: Programmieren lernen"
WAITING = ("hilmar@example.org", CUSTOMER.email, "edda@example.org")
# Somebody leaves this full course, so that the demo customer is offered the seat.
OFFERED, OFFERED_BY = "Gitarre für Anfängerinnen und Anfänger", "cosima@example.org"
# What the demo customer left again: by Storno, by Widerruf.
CANCELLED, WITHDRAWN = "Wirbelsäulengymnastik", "Französisch für Anfänger"
# A Widerruf of somebody without a Kundenkonto: name, contract, address, remark.
DECLARED = (
    "Ole Ottersbach",
    "Töpfern an der Drehscheibe, gebucht letzte Woche am Telefon",
    "ole@example.org",
    "Ich habe mir den Arm gebrochen.",
)
