"""The twin in plain words, for people who neither see the pictures nor hear the sound (C11)."""

import secrets

from kmz.recovery.puzzle.rules import NUMBER, WORDS, Riddle, normal_answer

# Everyday words without umlauts; each fits one kind only.
KINDS = {
    "Tiere": ("Hund", "Katze", "Pferd", "Esel", "Hase", "Igel", "Fuchs", "Ente", "Adler", "Frosch"),
    "Obstsorten": (
        "Apfel",
        "Birne",
        "Kirsche",
        "Banane",
        "Traube",
        "Pfirsich",
        "Zitrone",
        "Melone",
    ),
    "Farben": ("rot", "blau", "gelb", "braun", "schwarz", "lila", "rosa", "grau"),
    "Kleidung": ("Hose", "Hemd", "Mantel", "Jacke", "Rock", "Schal", "Pullover", "Socke"),
    "Fahrzeuge": ("Auto", "Fahrrad", "Traktor", "Bus", "Roller", "Motorrad", "Lastwagen"),
    "Werkzeuge": ("Hammer", "Zange", "Bohrer", "Feile", "Hobel", "Schraubenzieher", "Axt"),
    "Musikinstrumente": ("Geige", "Trompete", "Klavier", "Gitarre", "Trommel", "Harfe", "Orgel"),
    "Wochentage": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"),
    "Monate": ("Januar", "Februar", "April", "Juni", "Juli", "August", "Oktober"),
}
_ONES = ("", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_TEENS = ("zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn")
_TENS = (
    *("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig"),
    *("achtzig", "neunzig"),
)
_SHOWN = 8

_random = secrets.SystemRandom()


def new_question() -> Riddle:
    """A question out of some millions."""
    return _random.choice((_which_words, _in_digits, _sum))()


def number_word(number: int) -> str:
    """A whole number from 1 to 999 in German words."""
    hundreds, rest = divmod(number, 100)
    prefix = f"{_ONES[hundreds]}hundert" if hundreds else ""
    return prefix + _below_hundred(rest)


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number == 1:
        return "eins"
    if tens == 0:
        return _ONES[ones]
    if tens == 1:
        return _TEENS[ones] if ones < len(_TEENS) else f"{_ONES[ones]}zehn"
    return f"{_ONES[ones]}und{_TENS[tens]}" if ones else _TENS[tens]


def _which_words() -> Riddle:
    kind = _random.choice(sorted(KINDS))
    wanted = _random.sample(KINDS[kind], 2)
    others = [word for other, words in KINDS.items() if other != kind for word in words]
    shown = _random.sample([*wanted, *_random.sample(others, _SHOWN - 2)], _SHOWN)
    question = f"Welche zwei dieser Wörter sind {kind}: {', '.join(shown)}?"
    return Riddle(WORDS, question, normal_answer(WORDS, wanted))


def _in_digits() -> Riddle:
    number = _random.randint(101, 999)
    question = f"Bitte schreiben Sie diese Zahl in Ziffern: {number_word(number)}"
    return Riddle(NUMBER, question, str(number))


def _sum() -> Riddle:
    first, second = _random.randint(11, 89), _random.randint(2, 9)
    question = (
        f"Wie viel ist {number_word(first)} plus {number_word(second)}? Bitte in Ziffern antworten."
    )
    return Riddle(NUMBER, question, str(first + second))
