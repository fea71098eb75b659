"""Sixty-seven awkward things that real course files hold, and what each of them means.

The names are those of the course feed generator of the project's shared data. A case changes the
one invented course of `writers.Written`; the facts are what every format has to say of it.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

from tests.catalog.imports.writers import MISSING, Address, Written, link, person

_EMOJI = "\N{PERSON IN LOTUS POSITION}"
_DECOMPOSED = unicodedata.normalize("NFD", "Gemütlich Übung")
_LONG = "Englisch" + " sehr lang" * 12
_OFFLINE = Address("Treffpunkt", None, "Berlin", "außerhalb der VHS", None)
_ONLINE = Address("Online", None, "Berlin", None, "Online")
_ELSEWHERE = Address("Rathaus", "10825", "Berlin", "Am Platz 2", "Saal")
_UNTIDY = Address("VHS", "12439", "Berlin / Köpenick", "Weg 3, 12439 Berlin (Eingang Hof)", None)


@dataclass(frozen=True)
class Case:
    written: dict[str, Any]
    facts: dict[str, Any]

    @property
    def course(self) -> Written:
        return Written().but(**self.written)


def case(facts: dict[str, Any], **written: Any) -> Case:
    return Case(written, facts)


def one_day(day: str, *hours: str) -> dict[str, Any]:
    changes: dict[str, Any] = {"first": day, "last": day, "days": (day,), "places": (Address(),)}
    return changes | ({"hours": hours} if hours else {})


CASES: dict[str, Case] = {
    # Texts
    "html_br": case({"html": "<p>Eins<br>Zwei</p>"}, text="Eins<br />\r\nZwei<br /><br />"),
    "html_link": case(
        {"html": '<p><a href="https://vhs.example.org/" rel="noopener noreferrer">Mehr</a></p>'},
        text='<a href=https://vhs.example.org/\r\ntarget="_blank">Mehr</a>',
    ),
    "html_versteckt": case(
        {"words": "geheimwort", "html": "<p>Wir sprechen über den Alltag.</p>"},
        notes='<p style="visibility:hidden">geheimwort</p>',
    ),
    "html_kaputt": case(
        {"html": "<p><b>Achtung: Größe &lt; 10 &amp; mehr</b></p><p><b>Ende</b></p>"},
        text="<b>Achtung: Größe < 10 & mehr <p>Ende",
    ),
    "html_boese": case(
        {"html": "<p>Gut klick</p>"},
        text='Gut<script>alert(1)</script><img src=x onerror="alert(2)"> '
        '<a href="javascript:alert(3)">klick</a>',
    ),
    "html_entity": case({"html": "<p>Größe&nbsp;M &amp; L</p>"},
                        text="Gr&amp;ouml;&amp;szlig;e&amp;nbsp;M &amp;amp; L"),
    "tab_liste": case(
        {"html": "<p>Gut.</p><p>Dabei:</p><ul><li>Pass</li><li>Foto</li></ul>"},
        text="Gut.", notes="Dabei: \r\n•\tPass \r\n•\tFoto",
    ),
    "kontakt_im_text": case(
        {"html": "<p>Fragen an haus@example.org oder 0170 0000000.</p>"},
        text="Fragen an haus@example.org oder 0170 0000000.",
    ),
    "verlegt": case({"cancelled": False, "off": (False, False)},
                    notes="Achtung, Termin ist verlegt worden."),
    "mojibake": case(
        {"title": "Vegetarische KÃ¼che", "note": "Titel oder Text enthält falsch gelesene Zeichen"},
        title="Vegetarische KÃ¼che", text="Süß"),
    "cp1252_steuer": case({"html": "<p>„Ruhe“ – 5 €</p>"}, text="\x84Ruhe\x93 \x96 5 \x80"),
    "macroman": case({"title": "Frähliche …bung †"}, title="Frähliche …bung †"),
    "nfd": case({"title": _DECOMPOSED}, title=_DECOMPOSED),
    "unsichtbar": case(
        {"title": "Yoga am Morgen\u200b", "html": "<p>Ge\xadsund \ufffd</p>",
         "note": "Titel oder Text enthält falsch gelesene Zeichen"},
        title="Yoga\xa0am Morgen\u200b", text="Ge\xadsund \ufffd"),
    # Names and numbers
    "name_lang": case({"title": _LONG}, title=_LONG),
    "name_leerzeichen": case({"title": "Yoga am Morgen"}, title="  Yoga  am Morgen "),
    "name_zeichen": case({"title": f'"R & D" <Teil 2> \'24 {_EMOJI}'},
                         title=f'"R & D" <Teil 2> \'24 {_EMOJI}'),
    "untertitel_leer": case({"subtitle": ""}, subtitle=""),
    "nummer_sonderzeichen": case({"number": "/CW404-*234 - S"}, number="/CW404-*234 - S "),
    "nummer_doppelt": case({"number": "Mi402-121H"}, key="2", semester="271"),
    "guid_doppelt": case({"number": "Mi402-121H"}),
    # Kinds, areas, keywords, links
    "art_null": case({"event_type": ""}, kind=None),
    "dvv_null": case({"area": None}, category=None),
    "dvv_v1": case({"area": "4.06"}, category={"@version": "1.0", "#text": "4.06"}),
    "schlagwort_string": case({"tags": ["SPRACHEN"], "level": "A2.1"}, tags="SPRACHEN"),
    "schlagwort_fehlt": case({"tags": [], "level": "A2.1"}, tags=MISSING),
    "webadresse_liste": case(
        {"links": ["https://a.example/", "https://b.example/"]},
        links=[link("https://a.example/"), link("https://b.example/"), link("javascript:x")],
    ),
    # Places
    "ort_objekt": case({"places": ("VHS Mitte, 10115 Musterstr. 1",)}, **one_day("2026-09-07")),
    "ortetermine_null": case({"starts": "2026-09-07", "ends": "2026-09-14"}, days=()),
    "adressen_kuerzer": case({"places": ("VHS Mitte, 10115 Musterstr. 1",) * 2},
                             places=(Address(),)),
    "mehrere_orte": case(
        {"places": ("VHS Mitte, 10115 Musterstr. 1", "Rathaus, 10825 Am Platz 2")},
        places=(Address(), _ELSEWHERE),
    ),
    "ort_draussen": case({"places": ("Treffpunkt,  außerhalb der VHS",) * 2, "format": "onsite"},
                         places=(_OFFLINE, _OFFLINE)),
    "ort_online": case({"places": ("Online,  ",) * 2, "format": "online"},
                       places=(_ONLINE, _ONLINE)),
    "ort_unsauber": case({"places": ("VHS, 12439 Weg 3, 12439 Berlin (Eingang Hof)",) * 2},
                         places=(_UNTIDY, _UNTIDY)),
    # People
    "dozent_liste": case({"teachers": ["Dr. Ada Beispiel", "Bo Muster"]},
                         teachers=[person("Dr.", "Ada", "Beispiel"), person(None, "Bo", "Muster")]),
    "dozent_leer": case({"teachers": []}, teachers=[person(None, None, None)]),
    "dozent_fehlt": case({"teachers": []}, teachers=MISSING),
    # Fees
    "preis_null": case({"fee": 0, "reduced": None, "channel": "online"}, amount="0.00",
                       price_note=None, reduced=None, concession="false"),
    "preis_komma": case({"fee": 8470, "reduced": 4700}, amount="84,70"),
    "preis_anfrage": case({"fee": None, "reduced": None, "channel": "office"}, amount=None,
                          price_note="Preis auf Anfrage"),
    "preis_tausender": case({"fee": 125000, "reduced": 68750}, amount="1.250,00",
                            price_note="erm. Preis: 687,50 EUR", reduced="687,50"),
    "preis_zusatz_frei": case({"fee": 8470, "reduced": 4700, "concession": True},
                              price_note="zzgl. 5,00 € Material; ermäßigt € 47,00 (Azubi)"),
    "preis_kein_erm": case({"fee": 8470, "reduced": None, "concession": False}, price_note=None,
                           reduced=None, concession="false"),
    "rabatt_schreibweise": case({"concession": False}, concession="fasle"),
    # Participants
    "tn_unbekannt": case({"now": None, "channel": "online"}, now=None),
    "tn_voll": case({"now": 12, "most": 12}, now="12"),
    "tn_ueberbucht": case({"now": 14, "most": 12}, now="14"),
    "warteliste": case({"waiting": 3, "waitlist": True}, now="12", waiting="3",
                       notes="Der Kurs ist ausgebucht. Warteliste: 3 Personen."),
    "tn_min_groesser_max": case(
        {"least": 14, "most": 12,
         "note": "Mindestteilnehmerzahl ist größer als die Höchstteilnehmerzahl"}, least="14"),
    "tn_null": case({"most": 0, "channel": "office"}, least="0", now="0", most="0"),
    "tn_500": case({"most": 500, "channel": "online"}, most="500", kind="Beratung"),
    # Days and hours
    "zeit_punkt": case({"times": ("16:00–17:30",) * 2}, hours=("18.00", "19.30")),
    "zeit_sekunden": case({"times": ("16:00–17:30",) * 2}, hours=("18:00:00", "19:30:00")),
    "zeit_einstellig": case({"times": ("07:30–09:00",) * 2}, hours=("9:30", "11:00")),
    "zeit_fehlt": case({"times": ("–",) * 2}, hours=(None, None)),
    "zeit_mitternacht": case({"times": ("20:00–23:00",) * 2}, hours=("22:00", "01:00")),
    "zeit_umgekehrt": case({"times": ("16:00–16:00",) * 2}, hours=("18:00", "18:00")),
    "sommerzeit": case({"times": ("16:00–17:30", "17:00–18:30")}, last="2026-10-26",
                       days=("2026-10-19", "2026-10-26"), first="2026-10-19"),
    "zeit_luecke": case({"times": ("01:30–03:00",)}, **one_day("2027-03-28", "02:30", "05:00")),
    "zeit_doppelt": case({"times": ("00:30–04:00",)}, **one_day("2026-10-25", "02:30", "05:00")),
    "datum_verdreht": case({"starts": "2026-09-07"}, last="2026-09-01"),
    "beginn_abweichend": case({"starts": "2026-09-07"}, first="2026-08-31"),
    "feiertag": case({"starts": "2026-10-03", "off": (False,)}, **one_day("2026-10-03")),
    "begonnen": case({"starts": "2020-01-06", "ends": "2020-01-13"}, first="2020-01-06",
                     last="2020-01-13", days=("2020-01-06", "2020-01-13")),
    "ende_fehlt": case({"starts": "2026-09-07"}, last=None),
    "kurs_abgesagt": case({"cancelled": True}, title="ABGESAGT: Englisch", off="W"),
    "termin_entfaellt": case({"off": (False, True), "cancelled": False},
                             notes="Kein Unterricht am 14.9.!"),
}  # fmt: skip

# What a format cannot say, so that the case does not occur in it or not as that fact.
_NO_SESSIONS = "die Fassung von 2020 kennt keine Termine"
CANNOT: dict[str, dict[str, str]] = {
    "berlin": {},
    "berlin2020": {
        **dict.fromkeys(
            ("ort_objekt", "ortetermine_null", "adressen_kuerzer", "mehrere_orte", "zeit_punkt",
             "zeit_sekunden", "zeit_einstellig", "zeit_fehlt", "zeit_mitternacht", "zeit_umgekehrt",
             "sommerzeit", "zeit_luecke", "zeit_doppelt", "beginn_abweichend", "termin_entfaellt"),
            _NO_SESSIONS,
        ),
        **dict.fromkeys(("dozent_liste", "dozent_leer", "dozent_fehlt"), "keine Kursleitungen"),
        **dict.fromkeys(("tn_unbekannt", "tn_voll", "tn_ueberbucht"), "keine Angemeldeten"),
        "art_null": "keine Veranstaltungsart",
    },
    "openvhs": {
        "adressen_kuerzer": "ein Veranstaltungsort für alle Termine",
        "mehrere_orte": "ein Veranstaltungsort für alle Termine",
        "art_null": "keine Veranstaltungsart",
    },
    "kufer": {
        "schlagwort_string": "keine Schlagwörter", "schlagwort_fehlt": "keine Schlagwörter",
        "art_null": "keine Veranstaltungsart", "dvv_v1": "keine Kategorien des DVV",
        "webadresse_liste": "keine Webadressen",
        "rabatt_schreibweise": "Ermäßigung nur als Betrag",
    },
}  # fmt: skip
