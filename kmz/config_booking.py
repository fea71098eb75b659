"""The settings of booking; part of `kmz.config.Config`."""

from dataclasses import dataclass

from kmz import config_values as values
from kmz.config_setting import setting

PAYMENT_METHODS = ("sepa_direct_debit", "bank_transfer", "cash_office")


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingConfig:
    """How this house takes bookings."""

    bank_account_required: str = setting(
        "KMZ_BANK_ACCOUNT_REQUIRED",
        "Bankverbindung zum Buchen: fee (nur wenn es kostet) oder always",
        default="fee",
        parse=values.one_of("fee", "always"),
    )
    payment_methods: tuple[str, ...] = setting(
        "KMZ_PAYMENT_METHODS",
        "Zahlungsarten, mit Komma: sepa_direct_debit, bank_transfer, cash_office",
        default=("sepa_direct_debit",),
        parse=values.some_of(*PAYMENT_METHODS),
    )
    concession_before_proof: str = setting(
        "KMZ_CONCESSION_BEFORE_PROOF",
        "bis zum Nachweis einer Ermäßigung zu zahlen: full (volles Entgelt) oder reduced",
        default="full",
        parse=values.one_of("full", "reduced"),
    )
    hold_minutes: int = setting(
        "KMZ_HOLD_MINUTES",
        "so lange hält ein offenes Anmeldeformular seine Plätze, Minuten",
        default=15,
        parse=values.whole(1, 120),
    )
    holds_per_person: int = setting(
        "KMZ_HOLDS_PER_PERSON",
        "so viele Plätze hält eine Person zugleich",
        default=12,
        parse=values.whole(0, 1000),
    )
    holds_per_address: int = setting(
        "KMZ_HOLDS_PER_ADDRESS",
        "so viele Plätze hält eine Netzadresse zugleich",
        default=60,
        parse=values.whole(0, 100_000),
    )
    binding_period_days: int = setting(
        "KMZ_BINDING_PERIOD_DAYS",
        "Tage, nach denen eine Anmeldung ohne Entscheidung verfällt",
        default=14,
        parse=values.whole(1, 90),
    )
    reminder_days: int = setting(
        "KMZ_REMINDER_DAYS",
        "so viele Tage vor Kursbeginn wird erinnert, wer es wünscht; 0: nie",
        default=2,
        parse=values.whole(0, 30),
    )
    offer_hours: int = setting(
        "KMZ_OFFER_HOURS",
        "so lange gilt ein Nachrückangebot der Warteliste, Stunden",
        default=48,
        parse=values.whole(1, 336),
    )
    offer_hours_near: int = setting(
        "KMZ_OFFER_HOURS_NEAR",
        "dasselbe, wenn der Kurs in weniger als 4 Tagen beginnt",
        default=24,
        parse=values.whole(1, 96),
    )
    waitlist_max: int = setting(
        "KMZ_WAITLIST_MAX",
        "so viele warten höchstens auf einen Kurs; danach ist er „Ausgebucht“",
        default=30,
        parse=values.whole(1, 1000),
    )
    queue_slots: int = setting(
        "KMZ_QUEUE_SLOTS",
        "so viele Personen buchen zugleich, die übrigen warten der Reihe nach; 0: alle",
        default=0,
        parse=values.whole(0, 100_000),
    )
    queue_minutes: int = setting(
        "KMZ_QUEUE_MINUTES",
        "so lange bleibt der Platz einer Person, die an der Reihe ist, Minuten",
        default=10,
        parse=values.whole(1, 120),
    )
