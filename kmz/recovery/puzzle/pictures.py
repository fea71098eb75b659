"""Nine drawings in one picture: which of them show the thing that is asked for?

Every picture is new: things, colours, angles, sizes, places and the dirt over them are random, so
comparing pictures with known ones leads nowhere. Colours never matter for the answer, and things
stand out from their ground by lightness, for everybody who sees colours otherwise.
"""

import colorsys
import math
import secrets
from functools import cache
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFont

from kmz.recovery.puzzle.drawings import THINGS, Pen
from kmz.recovery.puzzle.rules import PICTURES, Riddle

TILE, GAP = 150, 6
SIDE = 3 * TILE + 2 * GAP
_CANVAS = 200
_OTHER_KINDS = 4
_GROUND = (128, 128, 128)
_GRAIN = 2

Colour = tuple[int, int, int]

_random = secrets.SystemRandom()


def new_pictures() -> Riddle:
    """A picture of nine things and the places (1–9) where the wanted one is."""
    wanted, *others = _random.sample(sorted(THINGS), 1 + _OTHER_KINDS)
    places = _random.sample(range(9), _random.randint(2, 4))
    # Others come several times as well: "the most frequent" is no answer.
    things = [wanted if place in places else _random.choice(others) for place in range(9)]
    question = f"Markieren Sie alle Bilder mit {wanted}"
    answer = ",".join(str(place + 1) for place in sorted(places))
    return Riddle(PICTURES, question, answer, draw_nine(things))


def draw_nine(things: list[str]) -> bytes:
    """The nine things in rows of three, as a JPEG."""
    whole = Image.new("RGB", (SIDE, SIDE), _GROUND)
    for place, thing in enumerate(things):
        row, column = divmod(place, 3)
        corner = (column * (TILE + GAP), row * (TILE + GAP))
        whole.paste(_tile(thing, place + 1), corner)
    noise = Image.effect_noise((SIDE // _GRAIN, SIDE // _GRAIN), _random.uniform(20, 32))
    grain = noise.resize((SIDE, SIDE), Image.Resampling.NEAREST).convert("RGB")
    whole = ImageChops.add(whole, grain, offset=-128)
    out = BytesIO()
    whole.save(out, "JPEG", quality=72)
    return out.getvalue()


def _colour(hue: float, lightness: float, saturation: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def _colours() -> tuple[Colour, Colour]:
    """Ground and ink: far apart in lightness, either way round."""
    hue = _random.random()
    light = _colour(hue, _random.uniform(0.78, 0.93), _random.uniform(0.2, 0.7))
    dark = _colour(hue + _random.uniform(0.2, 0.8), _random.uniform(0.15, 0.33), 0.65)
    return (light, dark) if _random.random() < 0.5 else (dark, light)


def _tile(thing: str, number: int) -> Image.Image:
    ground, ink = _colours()
    tile = Image.new("RGB", (TILE, TILE), ground)
    draw = ImageDraw.Draw(tile)
    _scribble(draw, ground, ink)
    mask = Image.new("L", (_CANVAS, _CANVAS))
    THINGS[thing](Pen(ImageDraw.Draw(mask), _CANVAS / 100))
    tile.paste(ink, (0, 0), _moved(mask))
    draw.ellipse((4, 4, 28, 28), fill=(255, 255, 255))
    draw.text((16, 16), str(number), fill=(20, 20, 20), anchor="mm", font=_font())
    return tile


def _scribble(draw: ImageDraw.ImageDraw, ground: Colour, ink: Colour) -> None:
    """Faint lines and spots behind the thing."""
    part = _random.uniform(0.12, 0.25)
    faint = tuple(round(g + (i - g) * part) for g, i in zip(ground, ink, strict=True))
    for _ in range(_random.randint(4, 8)):
        x, y, size = (_random.randint(0, TILE) for _ in range(3))
        box = (x - size // 3, y - size // 3, x + size // 3, y + size // 3)
        if _random.random() < 0.5:
            draw.ellipse(box, outline=faint, width=_random.randint(2, 7))
        else:
            draw.line((x, y, _random.randint(0, TILE), size), faint, _random.randint(2, 7))


def _moved(mask: Image.Image) -> Image.Image:
    """The drawing turned, sheared, mirrored or not, and of a random size, somewhere on its tile."""
    size = _random.uniform(0.64, 0.8) * TILE / _CANVAS
    turn = math.radians(_random.uniform(-24, 24))
    shear = _random.uniform(-0.16, 0.16)
    room = TILE * 0.07
    x, y = (TILE / 2 + _random.uniform(-room, room) for _ in range(2))
    # From the place on the tile back to the place on the canvas.
    cos, sin, middle = math.cos(turn) / size, math.sin(turn) / size, _CANVAS / 2
    mirror = _random.choice((1, -1))
    a, b, d, e = mirror * cos, mirror * (sin + shear / size), -sin, cos
    back = (a, b, middle - a * x - b * (y + 6), d, e, middle - d * x - e * (y + 6))
    return mask.transform((TILE, TILE), Image.Transform.AFFINE, back, Image.Resampling.BICUBIC)


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font for the numbers; it comes with Pillow."""
    return ImageFont.load_default(17)
