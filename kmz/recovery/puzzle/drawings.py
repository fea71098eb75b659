"""Simple drawings of everyday things, each in a square of 100 by 100."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from PIL import ImageDraw

Point = tuple[float, float]
INK, HOLE = 255, 0


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws a mask in the square of 100, on a canvas `scale` times as large: ink, and holes in
    it.
    """

    draw: ImageDraw.ImageDraw
    scale: float

    def _at(self, *points: Point) -> list[Point]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    def _box(self, box: tuple[float, float, float, float]) -> list[Point]:
        return self._at((box[0], box[1]), (box[2], box[3]))

    def shape(self, *points: Point, fill: int = INK) -> None:
        self.draw.polygon(self._at(*points), fill=fill)

    def line(self, *points: Point, width: float = 6, fill: int = INK) -> None:
        thick = round(width * self.scale)
        self.draw.line(self._at(*points), fill=fill, width=thick, joint="curve")

    def oval(self, *box: float, fill: int = INK) -> None:
        self.draw.ellipse(self._box((box[0], box[1], box[2], box[3])), fill=fill)

    def ring(self, *box: float, width: float = 6) -> None:
        outline = round(width * self.scale)
        self.draw.ellipse(self._box((box[0], box[1], box[2], box[3])), None, INK, outline)

    def block(self, *box: float, fill: int = INK, round_by: float = 0) -> None:
        corners = self._box((box[0], box[1], box[2], box[3]))
        self.draw.rounded_rectangle(corners, round_by * self.scale, fill=fill)

    def slice(self, *box: float, start: float, end: float) -> None:
        corners = self._box((box[0], box[1], box[2], box[3]))
        self.draw.pieslice(corners, start, end, fill=INK)

    def bow(self, *box: float, start: float, end: float, width: float = 6) -> None:
        corners = self._box((box[0], box[1], box[2], box[3]))
        self.draw.arc(corners, start, end, fill=INK, width=round(width * self.scale))


def _around(steps: int, radius: float, *, x: float = 50, y: float = 50) -> list[Point]:
    turns = (2 * math.pi * step / steps for step in range(steps))
    return [(x + radius * math.sin(turn), y - radius * math.cos(turn)) for turn in turns]


def _book(pen: Pen) -> None:
    pen.shape((4, 24), (49, 34), (49, 86), (4, 76))
    pen.shape((96, 24), (51, 34), (51, 86), (96, 76))
    for y in (38, 50, 62):
        pen.line((13, y), (41, y + 6), width=4, fill=HOLE)
        pen.line((87, y), (59, y + 6), width=4, fill=HOLE)


def _key(pen: Pen) -> None:
    pen.oval(3, 28, 47, 72)
    pen.oval(14, 40, 34, 60, fill=HOLE)
    pen.block(44, 45, 97, 55)
    pen.block(72, 54, 80, 72)
    pen.block(88, 54, 97, 68)


def _bicycle(pen: Pen) -> None:
    pen.ring(2, 46, 46, 90)
    pen.ring(54, 46, 98, 90)
    pen.line((24, 68), (40, 40), (67, 40), (50, 68), (24, 68), width=5)
    pen.line((36, 30), (50, 68), width=5)
    pen.line((76, 68), (64, 26), (76, 22), width=5)
    pen.line((27, 29), (46, 29), width=7)


def _cup(pen: Pen) -> None:
    pen.ring(58, 30, 94, 64, width=8)
    pen.shape((10, 22), (74, 22), (66, 80), (18, 80))
    pen.oval(10, 15, 74, 29, fill=HOLE)
    pen.oval(0, 76, 86, 90)


def _tree(pen: Pen) -> None:
    pen.block(43, 55, 57, 97)
    pen.oval(10, 26, 56, 70)
    pen.oval(44, 26, 90, 70)
    pen.oval(24, 3, 76, 54)
    pen.line((50, 56), (38, 44), width=4, fill=HOLE)
    pen.line((50, 66), (66, 48), width=4, fill=HOLE)


def _house(pen: Pen) -> None:
    pen.shape((2, 50), (50, 8), (98, 50))
    pen.block(16, 48, 84, 94)
    pen.block(43, 64, 59, 94, fill=HOLE)
    pen.block(23, 58, 37, 72, fill=HOLE)
    pen.block(65, 58, 79, 72, fill=HOLE)


def _fish(pen: Pen) -> None:
    pen.oval(3, 28, 76, 74)
    pen.shape((66, 51), (98, 26), (98, 76))
    pen.shape((34, 32), (60, 14), (60, 36))
    pen.oval(16, 42, 26, 52, fill=HOLE)
    pen.line((38, 38), (43, 51), (38, 64), width=4, fill=HOLE)


def _sun(pen: Pen) -> None:
    for inner, outer in zip(_around(12, 34), _around(12, 48), strict=True):
        pen.line(inner, outer, width=6)
    pen.oval(24, 24, 76, 76)


def _umbrella(pen: Pen) -> None:
    pen.line((50, 8), (50, 84), width=5)
    pen.bow(50, 72, 70, 96, start=0, end=180, width=5)
    pen.slice(3, 10, 97, 100, start=180, end=360)
    for left in (4, 35, 66):
        pen.oval(left, 48, left + 30, 64, fill=HOLE)
    pen.line((50, 54), (50, 84), width=5)


def _scissors(pen: Pen) -> None:
    pen.shape((22, 4), (30, 4), (62, 64), (52, 66))
    pen.shape((78, 4), (70, 4), (38, 64), (48, 66))
    pen.ring(50, 60, 82, 96, width=7)
    pen.ring(18, 60, 50, 96, width=7)
    pen.oval(46, 44, 54, 52, fill=HOLE)


def _clock(pen: Pen) -> None:
    pen.ring(4, 4, 96, 96, width=9)
    for inner, outer in zip(_around(12, 33), _around(12, 39), strict=True):
        pen.line(inner, outer, width=4)
    pen.line((50, 50), (50, 22), width=6)
    pen.line((50, 50), (68, 60), width=6)


def _car(pen: Pen) -> None:
    pen.shape((18, 48), (32, 22), (68, 22), (84, 48))
    pen.block(2, 44, 98, 72, round_by=8)
    pen.shape((28, 45), (36, 29), (47, 29), (47, 45), fill=HOLE)
    pen.shape((74, 45), (65, 29), (53, 29), (53, 45), fill=HOLE)
    for left in (14, 62):
        pen.oval(left - 3, 57, left + 27, 87, fill=HOLE)
        pen.oval(left, 60, left + 24, 84)


def _boat(pen: Pen) -> None:
    pen.shape((4, 68), (96, 68), (78, 92), (22, 92))
    pen.line((48, 4), (48, 70), width=4)
    pen.shape((53, 8), (53, 62), (90, 62))
    pen.shape((43, 20), (43, 62), (12, 62))


def _flower(pen: Pen) -> None:
    pen.line((50, 50), (50, 97), width=6)
    pen.shape((50, 90), (80, 66), (72, 86))
    for x, y in _around(6, 20, y=32):
        pen.oval(x - 13, y - 13, x + 13, y + 13)
    pen.oval(39, 21, 61, 43, fill=HOLE)


def _glasses(pen: Pen) -> None:
    pen.ring(3, 34, 46, 72, width=7)
    pen.ring(54, 34, 97, 72, width=7)
    pen.bow(42, 40, 58, 60, start=180, end=360)
    pen.line((6, 46), (18, 24), width=6)
    pen.line((94, 46), (82, 24), width=6)


def _envelope(pen: Pen) -> None:
    pen.block(3, 22, 97, 80, round_by=4)
    pen.line((5, 26), (50, 58), (95, 26), width=5, fill=HOLE)
    pen.line((6, 78), (36, 50), width=4, fill=HOLE)
    pen.line((94, 78), (64, 50), width=4, fill=HOLE)


def _heart(pen: Pen) -> None:
    pen.oval(4, 12, 52, 60)
    pen.oval(48, 12, 96, 60)
    pen.shape((9, 50), (91, 50), (50, 94))
    pen.block(40, 34, 60, 56)


def _ladder(pen: Pen) -> None:
    pen.line((30, 3), (22, 97), width=7)
    pen.line((70, 3), (78, 97), width=7)
    for y in (18, 34, 50, 66, 82):
        pen.line((27, y), (73, y), width=6)


def _chair(pen: Pen) -> None:
    for x, foot in ((30, 18), (70, 82)):
        pen.line((x, 3), (x, 60), width=7)
        pen.line((foot, 62), (foot, 97), width=7)
        pen.line((x, 62), (x, 82), width=5)
    for y in (8, 22):
        pen.block(30, y, 70, y + 8)
    pen.shape((26, 52), (74, 52), (88, 68), (12, 68))


def _bell(pen: Pen) -> None:
    pen.oval(43, 2, 57, 16)
    pen.slice(20, 10, 80, 80, start=180, end=360)
    pen.shape((20, 44), (80, 44), (94, 78), (6, 78))
    pen.oval(40, 74, 60, 94)


# Each with the words after "mit".
THINGS: dict[str, Callable[[Pen], None]] = {
    "einem Buch": _book,
    "einem Schlüssel": _key,
    "einem Fahrrad": _bicycle,
    "einer Tasse": _cup,
    "einem Baum": _tree,
    "einem Haus": _house,
    "einem Fisch": _fish,
    "einer Sonne": _sun,
    "einem Regenschirm": _umbrella,
    "einer Schere": _scissors,
    "einer Uhr": _clock,
    "einem Auto": _car,
    "einem Segelboot": _boat,
    "einer Blume": _flower,
    "einer Brille": _glasses,
    "einem Briefumschlag": _envelope,
    "einem Herz": _heart,
    "einer Leiter": _ladder,
    "einem Stuhl": _chair,
    "einer Glocke": _bell,
}
