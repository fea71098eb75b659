"""The pictures, sounds and questions of the robot check (C10, C11)."""

import subprocess
import sys
import wave
from io import BytesIO

import pytest
from PIL import Image, ImageStat

from kmz.recovery.puzzle import new_riddle, rules, sounds
from kmz.recovery.puzzle.drawings import THINGS
from kmz.recovery.puzzle.pictures import GAP, SIDE, TILE, draw_nine
from kmz.recovery.puzzle.questions import KINDS, number_word
from kmz.recovery.puzzle.rules import normal_answer


def opened(media: bytes | None) -> Image.Image:
    assert media is not None
    return Image.open(BytesIO(media))


def test_two_to_four_of_nine_pictures_show_what_is_asked_for() -> None:
    for _ in range(20):
        riddle = new_riddle(rules.PICTURES)
        places = riddle.answer.split(",")
        assert 2 <= len(places) <= 4
        assert set(places) <= set("123456789")
        assert riddle.question.removeprefix("Markieren Sie alle Bilder mit ") in THINGS
        assert normal_answer(rules.PICTURES, places[::-1]) == riddle.answer
    picture = opened(riddle.media)
    assert (picture.format, picture.size) == ("JPEG", (SIDE, SIDE))
    assert not picture.getexif()


def test_no_two_pictures_of_the_same_things_are_alike() -> None:
    things = ["einem Buch"] * 9
    drawn = {draw_nine(things) for _ in range(5)}
    assert len(drawn) == 5
    tiles = set()
    whole = opened(drawn.pop()).convert("L").resize((24, 24))
    for row in range(3):
        for column in range(3):
            box = (column * 8, row * 8, column * 8 + 8, row * 8 + 8)
            tile = whole.crop(box)
            middle = ImageStat.Stat(tile).mean[0]
            tiles.add(bytes(value > middle for value in tile.tobytes()))
    assert len(tiles) == 9  # an average hash tells them all apart


@pytest.mark.parametrize("thing", sorted(THINGS))
def test_every_thing_stands_out_from_its_ground(thing: str) -> None:
    tile = opened(draw_nine([thing] * 9)).convert("L").crop((0, 30, TILE - GAP, TILE - GAP))
    darkest, lightest = ImageStat.Stat(tile.reduce(6)).extrema[0]
    assert lightest - darkest > 70


def test_the_app_starts_without_the_drawing_library() -> None:
    code = "import sys, kmz.recovery.puzzle, kmz.cli; sys.exit('PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 - our own words
    assert done.returncode == 0


def test_the_sound_is_a_wave_file_of_six_digits_that_nobody_has_to_wait_for() -> None:
    riddle = new_riddle(rules.SOUND)
    assert riddle.media is not None
    with wave.open(BytesIO(riddle.media)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert file.getframerate() == sounds.RATE
        assert 4 < file.getnframes() / file.getframerate() < 14
    assert len(riddle.answer) == sounds.DIGITS
    assert len(riddle.media) < 400_000


def test_the_same_digits_never_sound_the_same_and_never_overflow() -> None:
    assert len({sounds.speak("1234567890") for _ in range(3)}) == 3


def test_numbers_are_written_as_people_write_them() -> None:
    assert {number: number_word(number) for number in (1, 7, 12, 16, 17, 21, 70, 101, 333)} == {
        1: "eins",
        7: "sieben",
        12: "zwölf",
        16: "sechzehn",
        17: "siebzehn",
        21: "einundzwanzig",
        70: "siebzig",
        101: "einhunderteins",
        333: "dreihundertdreiunddreißig",
    }
    assert len({number_word(number) for number in range(1, 1000)}) == 999


def test_questions_fit_their_column_and_are_many() -> None:
    riddles = [new_riddle(rules.QUESTION) for _ in range(400)]
    assert all(riddle.answer and len(riddle.question) <= 200 for riddle in riddles)
    assert len({riddle.question for riddle in riddles}) > 350


def test_no_word_belongs_to_two_kinds() -> None:
    words = [word for kind in KINDS.values() for word in kind]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("kind", "given", "meant"),
    [
        (rules.WORDS, ["Der HUND und die Katze"], "hund katze"),
        (rules.WORDS, [" katze,hund. "], "hund katze"),
        (rules.NUMBER, ["Die Zahl ist 743."], "743"),
        (rules.SOUND, ["1 2-3 456"], "123456"),
        (rules.PICTURES, ["7", "1", "7", "10", "x"], "1,7"),
        (rules.PICTURES, [], ""),
        (rules.SOUND, ["weiß ich nicht"], ""),
    ],
)
def test_an_answer_counts_however_it_is_written(kind: str, given: list[str], meant: str) -> None:
    assert normal_answer(kind, given) == meant
