"""Tools for pictures and sound."""

from __future__ import annotations

from envs.gaia.reference.writing import written

COUNT_SQUARES = written(
    "count_squares",
    "Count the squares of a colour in a picture (png).",
    parameter="colour",
    example="red",
    source=r"""
from PIL import Image, ImageColor


def count_squares(path, colour):
    image = Image.open(io.BytesIO(load(path))).convert("RGB")
    wanted, (width, height) = ImageColor.getrgb(colour), image.size
    pixels = list(image.getdata())
    count = 0
    for at, pixel in enumerate(pixels):
        left = at % width and pixels[at - 1] == wanted
        above = at >= width and pixels[at - width] == wanted
        count += pixel == wanted and not left and not above
    return count
""",
)

READ_DISPLAY = written(
    "read_display",
    "Read the number on a seven-segment display in a picture (png).",
    parameter="",
    example="",
    source=r"""
from PIL import Image


def read_display(path):
    shown = ["abcdef", "bc", "abdeg", "abcdg", "bcfg", "acdfg", "acdefg", "abc", "abcdefg", "abcdfg"]
    image = Image.open(io.BytesIO(load(path))).convert("RGB")
    probes = {"a": (10, 1), "b": (17, 10), "c": (17, 28), "d": (10, 37), "e": (1, 28), "f": (1, 10), "g": (10, 19)}
    number = ""
    for left in range(10, image.width - 20, 30):
        lit = "".join(name for name, (x, y) in probes.items() if image.getpixel((left + x, 10 + y)) != (0, 0, 0))
        number += str(shown.index(lit))
    return int(number)
""",
)

HEIGHT_OF_BAR = written(
    "height_of_bar",
    "Measure the height of a coloured bar in a bar chart (png) by the ticks of its axis, 10 units apart.",
    parameter="colour",
    example="red",
    source=r"""
from PIL import Image, ImageColor


def height_of_bar(path, colour):
    image = Image.open(io.BytesIO(load(path))).convert("RGB")
    wanted = ImageColor.getrgb(colour)
    ticks = [y for y in range(image.height) if image.getpixel((25, y)) == (0, 0, 0)]
    rows = [y for y in range(image.height) if any(image.getpixel((x, y)) == wanted for x in range(31, image.width))]
    return round((max(rows) - min(rows) + 1) * 10 / (ticks[1] - ticks[0]))
""",
)

READ_BARCODE = written(
    "read_barcode",
    "Read the number in a barcode (Code 39) in a picture (png).",
    parameter="",
    example="",
    source=r"""
from PIL import Image


def read_barcode(path):
    codes = ["000110100", "100100001", "001100001", "101100000", "000110001"]
    codes += ["100110000", "001110000", "000100101", "100100100", "001100100"]
    image = Image.open(io.BytesIO(load(path))).convert("L")
    line = [image.getpixel((x, image.height // 2)) < 128 for x in range(image.width)]
    line = line[line.index(True):]
    widths, dark = [0], True
    for pixel in line:
        if pixel != dark:
            widths.append(0)
            dark = pixel
        widths[-1] += 1
    number = ""
    for start in range(10, len(widths) - 10, 10):
        code = "".join("1" if width > 4 else "0" for width in widths[start:start + 9])
        number += str(codes.index(code))
    return int(number)
""",
)

COUNT_FRAMES = written(
    "count_frames",
    "Count the frames of an animation (gif).",
    parameter="",
    example="",
    source=r"""
from PIL import Image


def count_frames(path):
    return Image.open(io.BytesIO(load(path))).n_frames
""",
)

READ_TONES = written(
    "read_tones",
    "Read the number that dial tones in a sound file (wav) dial.",
    parameter="",
    example="",
    source=r"""
import wave

import numpy


def read_tones(path):
    keys = {(697, 1209): "1", (697, 1336): "2", (697, 1477): "3", (770, 1209): "4", (770, 1336): "5"}
    keys |= {(770, 1477): "6", (852, 1209): "7", (852, 1336): "8", (852, 1477): "9", (941, 1336): "0"}
    with wave.open(io.BytesIO(load(path))) as file:
        rate = file.getframerate()
        sound = numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(float)
    loud = [bool(numpy.abs(sound[at:at + 80]).max() > 500) for at in range(0, len(sound), 80)]
    number, at = "", 0
    while at < len(loud):
        end = at
        while end < len(loud) and loud[end]:
            end += 1
        if end - at >= 5:
            piece = sound[at * 80:end * 80]
            time = numpy.arange(len(piece)) / rate
            strength = {f: abs(numpy.exp(-2j * numpy.pi * f * time) @ piece) for pair in keys for f in pair}
            low = max((697, 770, 852, 941), key=lambda f: strength[f])
            high = max((1209, 1336, 1477), key=lambda f: strength[f])
            number += keys[low, high]
        at = max(end, at + 1)
    return int(number)
""",
)

PICTURES = (
    COUNT_SQUARES,
    READ_DISPLAY,
    HEIGHT_OF_BAR,
    READ_BARCODE,
    COUNT_FRAMES,
    READ_TONES,
)
