"""The twin of the pictures for people who do not see them: six spoken digits (C10, C11).

Put together from our own recordings with the standard library: one voice, each digit a little
slower or faster and louder or softer, pauses of random length, hiss over everything.
"""

import secrets
import wave
from array import array
from functools import cache
from importlib.resources import files
from io import BytesIO
from itertools import cycle
from operator import add

from kmz.recovery.puzzle.rules import SOUND, Riddle

RATE = 11_025
DIGITS = 6
QUESTION = "Welche sechs Ziffern hören Sie?"
_VOICES = ("a", "b")

_random = secrets.SystemRandom()


def new_sound() -> Riddle:
    """Six digits and their sound."""
    digits = "".join(_random.choices("0123456789", k=DIGITS))
    return Riddle(SOUND, QUESTION, digits, speak(digits))


def speak(digits: str) -> bytes:
    """The digits as a WAV file: mono, 16 bit."""
    voice = _random.choice(_VOICES)
    samples = array("h", _silence(0.3, 0.6))
    for digit in digits:
        samples.extend(_varied(_recording(voice, digit)))
        samples.extend(_silence(0.4, 0.8))
    # The recordings leave room for this, so nothing overflows.
    noisy = array("h", map(add, samples, cycle(_hiss())))
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(noisy.tobytes())
    return out.getvalue()


@cache
def _recording(voice: str, digit: str) -> "array[int]":
    path = files("kmz.recovery.puzzle").joinpath("recordings", f"{voice}{digit}.wav")
    with path.open("rb") as stream, wave.open(stream) as file:
        return array("h", file.readframes(file.getnframes()))


def _varied(samples: "array[int]") -> list[int]:
    speed, loudness = _random.uniform(0.92, 1.1), _random.uniform(0.75, 1.2)
    return [
        round(samples[int(place * speed)] * loudness) for place in range(int(len(samples) / speed))
    ]


def _hiss() -> list[int]:
    """A second of faint noise."""
    level = _random.randint(3, 5)
    return [level * (grain - 128) for grain in secrets.token_bytes(RATE)]


def _silence(shortest: float, longest: float) -> bytes:
    return bytes(2 * round(RATE * _random.uniform(shortest, longest)))
