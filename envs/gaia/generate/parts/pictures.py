"""Pictures and sound: squares, displays, charts, barcodes, animations and tones."""

from __future__ import annotations

import io
import math
import struct
import wave
from random import Random

from PIL import Image, ImageDraw

from envs.gaia.generate import files
from envs.gaia.generate.parts.part import COLOURS, Maker, Part
from envs.gaia.generate.world import World

_SEGMENTS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcfgd")
"""The lit segments of each digit."""

_PLACES = {"a": (4, 0, 15, 3), "b": (16, 4, 19, 17), "c": (16, 22, 19, 35), "d": (4, 36, 15, 39)}
_PLACES |= {"e": (0, 22, 3, 35), "f": (0, 4, 3, 17), "g": (4, 18, 15, 21)}

_CODE_39 = (
    *("000110100", "100100001", "001100001", "101100000", "000110001"),
    *("100110000", "001110000", "000100101", "100100100", "001100100"),
)
_STAR = "010010100"
"""Code 39 (ISO/IEC 16388): five bars and four spaces of a digit in turn, wide as 1."""

_TONES = {"1": (697, 1209), "2": (697, 1336), "3": (697, 1477), "4": (770, 1209), "5": (770, 1336)}
_TONES |= {"6": (770, 1477), "7": (852, 1209), "8": (852, 1336), "9": (852, 1477), "0": (941, 1336)}
"""Hertz of a dialled digit (ITU-T Q.23)."""

_RATE = 8000


def _squares(rng: Random, world: World) -> Part:  # noqa: ARG001
    grid = [[rng.choice(COLOURS) for _ in range(7)] for _ in range(rng.randrange(4, 8))]
    colour = rng.choice(COLOURS)
    number = sum(line.count(colour) for line in grid)
    return Part(f"the number of {colour} squares in {{file}}", number, "png", files.as_png(grid))


def _display(rng: Random, world: World) -> Part:  # noqa: ARG001
    number = str(rng.randrange(1000, 99_999))
    image = Image.new("RGB", (30 * len(number) + 10, 60), "black")
    pen = ImageDraw.Draw(image)
    for place, digit in enumerate(number):
        for segment in _SEGMENTS[int(digit)]:
            left, top, right, bottom = _PLACES[segment]
            pen.rectangle((10 + 30 * place + left, 10 + top, 10 + 30 * place + right, 10 + bottom), fill="lime")
    return Part("the number on the seven-segment display in {file}", int(number), "png", _png(image))


def _chart(rng: Random, world: World) -> Part:  # noqa: ARG001
    unit = rng.choice((2, 3, 4))
    heights = {colour: rng.randrange(5, 60) for colour in COLOURS}
    image = Image.new("RGB", (280, 280), "white")
    pen = ImageDraw.Draw(image)
    pen.line((30, 10, 30, 260), fill="black")
    for tick in range(0, 61, 10):
        pen.line((22, 260 - tick * unit, 29, 260 - tick * unit), fill="black")
    for place, (colour, height) in enumerate(heights.items()):
        pen.rectangle((45 + 45 * place, 260 - height * unit, 70 + 45 * place, 259), fill=colour)
    colour = rng.choice(COLOURS)
    phrase = f"the height of the {colour} bar in the chart {{file}}, whose axis has a tick every 10 units"
    return Part(phrase, heights[colour], "png", _png(image))


def _barcode(rng: Random, world: World) -> Part:  # noqa: ARG001
    number = str(rng.randrange(10_000, 999_999))
    widths: list[int] = []
    for code in (_STAR, *(_CODE_39[int(digit)] for digit in number), _STAR):
        widths += [6 if wide == "1" else 2 for wide in code] + [2]
    image = Image.new("L", (sum(widths) + 40, 60), 255)
    pen = ImageDraw.Draw(image)
    at = 20
    for place, width in enumerate(widths):
        if place % 10 % 2 == 0:
            pen.rectangle((at, 5, at + width - 1, 54), fill=0)
        at += width
    return Part("the number in the barcode of {file}", int(number), "png", _png(image))


def _frames(rng: Random, world: World) -> Part:  # noqa: ARG001
    count = rng.randrange(7, 30)
    frames = []
    for number in range(count):
        frame = Image.new("P", (40, 40), 0)
        frame.putpalette([255, 255, 255, *(value for n in range(1, 64) for value in (4 * n % 256, 60, 200 - 3 * n))])
        ImageDraw.Draw(frame).rectangle((number, number, number + 8, number + 8), fill=number + 1)
        frames.append(frame)
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=40, optimize=False)
    return Part("the number of frames of the animation {file}", count, "gif", buffer.getvalue())


def _tones(rng: Random, world: World) -> Part:  # noqa: ARG001
    number = str(rng.randrange(1000, 999_999))
    samples: list[int] = []
    for digit in number:
        low, high = _TONES[digit]
        # Two decimals of a sine are the same on every machine.
        samples += [
            round(
                80 * (round(math.sin(math.tau * low * n / _RATE), 2) + round(math.sin(math.tau * high * n / _RATE), 2))
            )
            * 100
            for n in range(800)
        ]
        samples += [0] * 400
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return Part("the number that the tones of {file} dial", int(number), "wav", buffer.getvalue())


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


PICTURES: dict[str, Maker] = {
    "squares": _squares,
    "display": _display,
    "chart": _chart,
    "barcode": _barcode,
    "frames": _frames,
    "tones": _tones,
}
