"""Words from which believable German courses are put together."""

# Area code, subjects. Every area gets its share of the courses in turn.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "1.03": ("Mietrecht", "Erbrecht", "Patientenverfügung", "Verbraucherschutz"),
    "1.04": ("Stadtgeschichte", "Familienforschung", "Industriekultur"),
    "1.06": ("Obstbaumschnitt", "Kräuterwanderung", "Vogelstimmen", "Balkongarten"),
    "2.05": ("Theaterwerkstatt", "Improvisationstheater", "Stimmbildung"),
    "2.07": ("Aquarellmalerei", "Zeichnen", "Acrylmalerei", "Nähen"),
    "2.11": ("Porträtfotografie", "Nachtfotografie", "Bildbearbeitung"),
    "3.01": ("Hatha-Yoga", "Qigong", "Autogenes Training", "Meditation"),
    "3.02": ("Wirbelsäulengymnastik", "Pilates", "Rückenschule", "Wassergymnastik"),
    "3.05": ("Vegetarische Küche", "Brotbacken", "Indische Küche", "Käseherstellung"),
    "4.06": ("Englisch A1", "Englisch A2", "Englisch B1", "Business English"),
    "4.08": ("Französisch A1", "Französisch A2", "Französische Konversation"),
    "4.09": ("Italienisch A1", "Italienisch A2", "Italienisch für die Reise"),
    "4.22": ("Spanisch A1", "Spanisch B1", "Spanische Konversation"),
    "5.01": ("Tabellenkalkulation", "Textverarbeitung", "Präsentationen"),
    "5.05": ("Programmieren mit Python", "Webseiten gestalten", "Datenbanken"),
    "5.07": ("Projektmanagement", "Moderation", "Teamführung"),
    "6.02": ("Mathematik für das Abitur", "Deutsch für den Schulabschluss"),
    "7.01": ("Lesen und Schreiben", "Rechtschreibung auffrischen"),
}
FORMS = (
    "Einführung", "Aufbaukurs", "am Abend", "am Vormittag", "Wochenendkurs", "für Anfänger",
    "Intensivkurs", "für Fortgeschrittene", "am Samstag", "Bildungszeit", "Werkstatt", "kompakt",
)  # fmt: skip
SENTENCES = (
    "In kleinen Gruppen üben wir Schritt für Schritt und mit vielen Beispielen.",
    "Vorkenntnisse sind nicht erforderlich, Neugier genügt.",
    "Bitte bringen Sie bequeme Kleidung, eine Decke und etwas zu trinken mit.",
    "Das Lehrbuch wird am ersten Abend gemeinsam besprochen.",
    "Der Unterricht wechselt zwischen Vortrag, Übung und Gespräch.",
    "Am Ende des Kurses erhalten Sie auf Wunsch eine Teilnahmebescheinigung.",
    "Material im Wert von etwa 15 Euro wird im Kurs abgerechnet.",
    "Der Raum ist mit dem Aufzug erreichbar und hat eine Hörschleife.",
    "Wer schon länger pausiert hat, findet hier einen guten Wiedereinstieg.",
    "Wir arbeiten mit Geräten des Hauses; eigene Geräte dürfen Sie gern mitbringen.",
    "Zwischen den Terminen bleibt genügend Zeit, das Gelernte auszuprobieren.",
    "Fragen aus Ihrem Alltag sind ausdrücklich willkommen.",
)
TAGS = (
    "Abend",
    "Vormittag",
    "Bildungszeit",
    "Familie",
    "Senioren",
    "Beruf",
    "Ferien",
    "Zertifikat",
)
FIRST_NAMES = ("Anna", "Jonas", "Miriam", "Peter", "Selma", "Tomasz", "Ulrike", "Viktor", "Yara")
LAST_NAMES = (
    "Muster", "Beispiel", "Probe", "Vorlage", "Entwurf", "Schema", "Exempel", "Modell", "Skizze",
)  # fmt: skip
VENUES = (
    ("Bildungszentrum Nord", "Hafenweg 3"),
    ("Haus am Markt", "Marktplatz 1"),
    ("Kulturspeicher", "Speichergasse 12"),
    ("Gesundheitsforum", "Parkallee 40"),
    ("Medienhaus", "Lindenstraße 8"),
)
ROOMS_PER_VENUE = 8
