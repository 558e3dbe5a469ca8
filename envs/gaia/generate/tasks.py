"""Tasks of three levels: one number to find, or a chain of two to four. Answers are computed from what files say."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from envs.gaia.generate import files
from envs.gaia.generate.parts import GIVEN, LACKING, Part
from envs.gaia.generate.world import World

VERSION = "2"
ARCHIVE = "archive"
_LEVELS = (1, 2, 3, 2, 1)
_GIVEN_CYCLE, _GIVEN = 5, 2
"""Of so many tasks of level 1, so many need no ability that the initial tools lack."""

_LETTERS = "ABCD"
_PAGES = ("page", "units", "census")


@dataclass(frozen=True, slots=True)
class GeneratedTask:
    """A task, its answer and the content of its attachment (empty name and content where it has none).

    Attributes
    ----------
    abilities
        What it takes to answer it: names of `LACKING`, `GIVEN`, or ``archive``, in the order of the question.
    """

    id: str
    level: int
    question: str
    answer: str
    file_name: str
    content: bytes
    abilities: tuple[str, ...]

    @property
    def initially_solvable(self) -> bool:
        """Whether the initial tools, in the best of hands, could find the answer."""
        return all(ability in GIVEN for ability in self.abilities)


def generate_tasks(seed: int, count: int, *, world: World | None = None, split: str = "test") -> list[GeneratedTask]:
    """Return the first `count` tasks of a split, the same ones for the same seed.

    Every ability comes round before one comes again, so that training shows all of them; which ones meet is drawn.
    """
    world = world or World(seed)
    tasks = []
    lacking = _Deck(Random(f"gaia deck {seed} {split}"), LACKING)
    given = _Deck(Random(f"gaia deck {seed} {split} given"), GIVEN)
    of_level_1 = 0
    for n in range(count):
        rng = Random(f"gaia task {seed} {split} {n}")
        level = _LEVELS[n % len(_LEVELS)]
        name = f"{seed:x}-{split}-{n:04d}"
        if level == 1:
            deck = given if of_level_1 % _GIVEN_CYCLE < _GIVEN else lacking
            of_level_1 += 1
            tasks.append(_single(name, deck.draw(1)[0], rng=rng, world=world))
        else:
            # Half of the chains end with a page.
            length = 2 if level == 2 else 2 + rng.randrange(2)
            abilities = lacking.draw(length) + ([rng.choice(_PAGES)] if rng.random() < 0.5 else [])
            tasks.append(_chain(name, level, abilities=abilities, rng=rng, world=world))
    return tasks


class _Deck:
    """Names in a shuffled order, shuffled again when all have been drawn."""

    def __init__(self, rng: Random, names: Iterable[str]) -> None:
        self._rng = rng
        self._names = list(names)
        self._left: list[str] = []

    def draw(self, count: int) -> list[str]:
        """Return the next ones, each once."""
        drawn: list[str] = []
        while len(drawn) < count:
            if not self._left:
                self._left = self._rng.sample(self._names, len(self._names))
            drawn.append(self._left.pop(next(i for i, name in enumerate(self._left) if name not in drawn)))
        return drawn


def _single(name: str, ability: str, *, rng: Random, world: World) -> GeneratedTask:
    part = _made(ability, rng, world=world)
    file = f"{name}.{part.suffix}" if part.suffix else ""
    question = f"What is {part.phrase.format(file=file)}?"
    return GeneratedTask(
        f"generated-{name}",
        1,
        question=question,
        answer=str(part.value),
        file_name=file,
        content=part.content,
        abilities=(ability,),
    )


def _chain(name: str, level: int, *, abilities: Sequence[str], rng: Random, world: World) -> GeneratedTask:
    """Several numbers, their files in one archive (level 2) or in an archive within an archive (level 3)."""
    parts = [_made(ability, rng, world=world) for ability in abilities]
    members, said = {"readme.txt": b"Files for a question.\n"}, []
    for letter, part in zip(_LETTERS, parts, strict=False):
        file = f"{letter.lower()}_{rng.randrange(100, 1000)}.{part.suffix}" if part.suffix else ""
        if file:
            members[file] = part.content
        said.append(f"let {letter} be {part.phrase.format(file=file)}")
    decoy = _made(rng.choice(list(LACKING)), rng, world=world)
    members[f"old_{rng.randrange(100, 1000)}.{decoy.suffix}"] = decoy.content
    content = files.as_zip(members)
    if level == 3:
        content = files.as_zip({"index.txt": b"All is in files.tar.gz.\n", "files.tar.gz": _as_tar(members)})
    asked, answer = _asked(level, [part.value for part in parts], rng=rng)
    question = "The files are in the attached archive. L" + "; ".join(said)[1:] + f". {asked}"
    return GeneratedTask(
        f"generated-{name}",
        level,
        question=question,
        answer=answer,
        file_name=f"{name}.zip",
        content=content,
        abilities=(ARCHIVE, *abilities),
    )


def _asked(level: int, values: Sequence[int], *, rng: Random) -> tuple[str, str]:
    """Return what is asked of the numbers, and the answer."""
    letters = _LETTERS[: len(values)]
    if level == 3:
        if rng.random() < 0.5:
            text = "Give these numbers in ascending order, as a list separated by commas."
            return text, ", ".join(map(str, sorted(values)))
        return f"What is {' + '.join(letters)}?", str(sum(values))
    if rng.random() < 0.5:
        return f"What is {' + '.join(letters)}?", str(sum(values))
    return f"What is {' - '.join(letters)}?", str(values[0] - sum(values[1:]))


def _made(ability: str, rng: Random, *, world: World) -> Part:
    return (LACKING.get(ability) or GIVEN[ability])(rng, world)


def _as_tar(members: dict[str, bytes]) -> bytes:
    """Write a compressed tar archive without a trace of when it was written."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(plain.getvalue(), mtime=0)
