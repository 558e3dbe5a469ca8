"""What a question asks for, as a reader understands it: an operation, what it is about, and the files it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FILE = re.compile(r"^Attached file: *(\S+)", re.MULTILINE)
_NAMED = re.compile(r"\b[\w-]+\.(?:csv|docx|html|json|pdf|png|pptx|py|txt|xlsx|xml)\b")
_FORMS = (
    ("total", re.compile(r"total (?:amount|number|quantity) of (?P<what>\w+)(?! amount)\b.*\?", re.DOTALL)),
    ("years", re.compile(r"largest total.*How many years before (?P<what>\d+) was it founded", re.DOTALL)),
    ("list", re.compile(r"number of (?P<what>\w+) squares.*Which towns", re.DOTALL)),
    ("count", re.compile(r"How many (?P<what>\w+) squares", re.IGNORECASE)),
    ("run", re.compile(r"What (?:does|will) .*program.* (?:print|output)", re.IGNORECASE)),
    ("sum", re.compile(r"sum of (?:their|the) numbers? of (?P<what>\w+)", re.IGNORECASE)),
    ("fact", re.compile(r"Who is the (?P<attribute>\w+) of (?:the )?(?:\w+ of )?(?P<what>[A-Z]\w+)")),
)
_ORDER = ("years", "list", "count", "run", "sum", "fact", "total")


@dataclass(frozen=True, slots=True)
class Question:
    """A question.

    Attributes
    ----------
    operation
        ``total``, ``years``, ``list``, ``count``, ``run``, ``sum``, ``fact``; empty where it is not understood.
    what
        What it is done with: a value, a year, a colour, an attribute, a name.
    attribute
        Of a fact.
    file
        The attached file.
    named
        Files that the text names: the members of an archive.
    """

    operation: str
    what: str
    attribute: str
    file: str
    named: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The attached file's kind."""
        return kind_of(self.file)


def kind_of(name: str) -> str:
    """Return a file's kind: its suffix."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def read_question(text: str) -> Question:
    """Read a question with the line that names its file."""
    file = match[1] if (match := _FILE.search(text)) else ""
    body = _FILE.sub("", text)
    named = tuple(dict.fromkeys(name for name in _NAMED.findall(body) if name != file))
    forms = dict(_FORMS)
    for operation in _ORDER:
        if found := forms[operation].search(body):
            parts = found.groupdict()
            return Question(operation, parts.get("what") or "", parts.get("attribute") or "", file, named)
    return Question("", "", "", file, named)
