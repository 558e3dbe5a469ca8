"""What a tool can do, and what one is asked to do: read out of sentences about tools, whoever wrote them.

========== ============================================================ =========================
ability    of a tool that                                               kinds of file
========== ============================================================ =========================
read       reads files                                                  csv, xlsx, pdf, ...
list       lists the members of archives                                zip
total      adds up the numbers of a table                               csv, xlsx, pdf, ...
count      counts squares of a colour in images                         png
run        runs programs and returns what they print                    py
page       finds a page by a name and returns its text                  -
search     searches                                                     -
fetch      fetches a page                                               -
compute    computes expressions                                         -
========== ============================================================ =========================
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ...guidelines import Rule

TEXT_KINDS = ("csv", "html", "json", "py", "txt", "xml")
TABLE_KINDS = ("csv", "docx", "html", "json", "pdf", "pptx", "xlsx", "xml")
_WORDS = {
    "csv": "csv|comma.separated",
    "docx": "docx|word documents?",
    "html": "html",
    "json": "json",
    "pdf": "pdf",
    "png": "png|images?|pictures?",
    "pptx": "pptx|powerpoint|slides",
    "py": "py|python (?:files?|programs?|scripts?)",
    "txt": "txt",
    "xlsx": "xlsx|excel|spreadsheets?|workbooks?",
    "xml": "xml",
}
_KINDS = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _WORDS.items()}
_PLAIN = re.compile(r"\b(?:plain text|text files?)\b", re.IGNORECASE)
_ARCHIVE = re.compile(r"\b(?:zip|archives?)\b", re.IGNORECASE)
_MEMBER = re.compile(r"\b(?:inside|within|in) (?:a |an |the )?(?:zip|archives?)\b|\bmembers?\b", re.IGNORECASE)
_VERBS = (
    ("list", re.compile(r"\blists?\b.*\b(?:members?|contents?|files?|names?)\b", re.IGNORECASE)),
    ("total", re.compile(r"\b(?:adds? up|sums?|totals?|aggregates?)\b", re.IGNORECASE)),
    ("count", re.compile(r"\bcounts?\b.*\b(?:squares?|colou?rs?|pixels?)\b", re.IGNORECASE)),
    ("run", re.compile(r"\b(?:runs?|executes?)\b", re.IGNORECASE)),
    ("page", re.compile(r"\b(?:looks? up|finds?)\b.*\bpages?\b", re.IGNORECASE)),
    ("fetch", re.compile(r"\b(?:fetch(?:es)?|downloads?)\b", re.IGNORECASE)),
    ("search", re.compile(r"\bsearch(?:es)?\b", re.IGNORECASE)),
    ("compute", re.compile(r"\b(?:computes?|calculates?|evaluates?)\b.*\bexpressions?\b", re.IGNORECASE)),
    ("read", re.compile(r"\b(?:reads?|opens?|parses?|extracts?|loads?)\b", re.IGNORECASE)),
)
_FILELESS = frozenset({"page", "fetch", "search", "compute"})
_TOOL = re.compile(r"\b(?:tools?|functions?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Able:
    """One ability.

    Attributes
    ----------
    kinds
        Of file, sorted; empty where files are no part of it.
    inside
        Whether it also takes files inside archives.
    """

    ability: str
    kinds: tuple[str, ...] = ()
    inside: bool = False

    def does(self, ability: str, kind: str = "", inside: bool = False) -> bool:
        """Return whether it can do this."""
        return self.ability == ability and (not kind or kind in self.kinds) and (self.inside or not inside)


@lru_cache(maxsize=4096)
def able(sentence: str) -> Able | None:
    """Return the ability that a description (or a wish) speaks of."""
    ability = next((name for name, verb in _VERBS if verb.search(sentence)), None)
    if ability is None:
        return None
    if ability in _FILELESS:
        return Able(ability)
    if ability == "list":
        return Able("list", ("zip",)) if _ARCHIVE.search(sentence) else None
    kinds = {kind for kind, words in _KINDS.items() if words.search(sentence)}
    if _PLAIN.search(sentence):
        kinds |= set(TEXT_KINDS)
    return Able(ability, tuple(sorted(kinds)), bool(_MEMBER.search(sentence))) if kinds else None


def wish(ability: str, kind: str = "", inside: bool = False) -> str:
    """Write that a tool is needed."""
    where = " inside zip archives" if inside else ""
    said = {
        "read": f"reads {kind} files{where}",
        "list": "lists the members of zip archives",
        "total": f"adds up the numbers of a table in {kind} files{where}",
        "count": f"counts the squares of a colour in {kind} files{where}",
        "run": f"runs {kind} files and returns what they print",
        "page": "looks up the page of a name in one call",
    }[ability]
    return f"The agent needs a tool that {said}."


def understand(sentence: str) -> tuple[Rule, ...]:
    """Return the needs that a sentence states, one for each kind of file."""
    found = able(sentence) if _TOOL.search(sentence) else None
    if found is None or found.ability in ("search", "fetch", "compute"):
        return ()
    return tuple(rules(found))


def rules(found: Able) -> Iterable[Rule]:
    """Yield an ability as rules: the subject is the ability, the value the kind of file and where it lies."""
    for kind in found.kinds or ("",):
        yield Rule("need", found.ability, f"{kind}/zip" if found.inside else kind)
