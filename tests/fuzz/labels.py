"""A folder of invoices and labels.csv: each document is used with the label that it has, or reported on one line."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from hypothesis import strategies as st

from envs.logisticsqa.data import data_command
from envs.logisticsqa.environment import LogisticsQA
from envs.logisticsqa.fitting import fit, tokens
from envs.logisticsqa.folder import Folder, examine
from harness.cli.telling import told
from harness.core.errors import ConfigError
from harness.core.printable import printable
from tests.fuzz.called import printed

T = TypeVar("T")

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<Invoice xmlns="{_UBL}Invoice-2" '
    f'xmlns:cac="{_UBL}CommonAggregateComponents-2" xmlns:cbc="{_UBL}CommonBasicComponents-2">'
    "<cbc:ID>N%d</cbc:ID><cbc:Note>REF %d é ş</cbc:Note><cac:AccountingSupplierParty><cac:Party><cac:PartyName>"
    "<cbc:Name>ACME Ü</cbc:Name></cac:PartyName></cac:Party></cac:AccountingSupplierParty></Invoice>"
)
NAMES = (
    "a.xml", "b.xml", "c.xml", "é.xml", "e\u0301.xml", "sub/d.xml", "sub\\d.xml", "./a.xml", "../a.xml", "/etc/passwd",
    "A.XML", "x y.xml", "._a.xml", "a", "", "con.xml", "a.xml ", "\u202ea.xml", "a\x1b[31m.xml", "[bold]a.xml",
)  # fmt: skip
LONG = "x" * 200_000
FIELDS = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(
        ["1", " 00123 ", '"12,5"', '"4 5', "1E5", "=1+1", "\x1b]0;PWN\x07", "\u202e12", "１２３", "\xa01", "\0", LONG,
         '"a\nb"', "[/] [bold", "${oc.env:HOME}", "nan", "-", "#", "file", "reference", '""', "'1'", "\ufeff1"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)  # fmt: skip
HEADERS = st.sampled_from(
    ["file,reference", "file;reference", "file\treference", "reference,file", " File , REFERENCE ", "file", "", "sep=",
     "file,reference,reference", "file,reference,who", "sep=;\nfile;reference", "sep=,", "file,reference," + LONG]
)  # fmt: skip
ROWS = st.lists(st.lists(FIELDS, max_size=3), max_size=5)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1254", "utf-32"])
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
CHANGES = (
    lambda text: text,
    lambda text: text.replace("UTF-8", "UTF-16"),
    lambda text: text.replace("UTF-8", "klingon"),
    lambda text: text.replace("1.0", "1.1", 1),
    lambda text: text.replace("<cbc:Note>", "<cac:A>" * 70 + "<cbc:Note>"),
    lambda text: text.replace("<cbc:Note>", "<cbc:Note>" + "<cac:A>" * 5000 + "</cac:A>" * 5000),
    lambda text: text.replace("\n", '\n<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>').replace("REF", "&e;"),
    lambda text: text.replace("<Invoice ", '<Invoice xmlns:schemaLocation="a b" '),
    lambda text: text.replace("Invoice", "CreditNote"),
    lambda text: text.replace("Invoice-2", "Order-2"),
    lambda text: text.replace("REF", "\x1b[31m\u202eREF"),
    lambda text: text.replace("<cbc:Note>", "<cbc:Note>" + "QUJD" * 30_000),
    lambda text: text.replace("N0", "\x1b[2JN0"),
    lambda text: text + text,
    lambda text: text[: len(text) // 2],
    lambda text: "",
)


@dataclass(frozen=True)
class Own:
    """A folder: the bytes of its labels.csv and of its documents, by name."""

    labels: bytes
    documents: dict[str, bytes]


@st.composite
def own(draw: st.DrawFn) -> Own:
    """Draw a folder; in half of them each document has a row of its own, and few things are odd."""
    documents = {}
    for number, name in enumerate(draw(st.lists(st.sampled_from(NAMES[:6]), min_size=1, max_size=5, unique=True))):
        change = draw(st.sampled_from([CHANGES[0]] * len(CHANGES) + list(CHANGES)))
        shown = draw(st.sampled_from([number] * 5 + [0]))
        content = change(INVOICE % (shown, number))
        documents[name] = content.encode(draw(ENCODINGS | st.just("utf-8") | st.just("utf-8")), "replace")
    rows = [[name, draw(FIELDS) if draw(st.integers(0, 3)) == 0 else f"R {n}"] for n, name in enumerate(documents)]
    if draw(st.booleans()):
        rows += draw(ROWS)
    header = draw(st.just("file,reference") | HEADERS)
    separator = ";" if ";" in header else "\t" if "\t" in header else ","
    text = draw(ENDS).join([header, *(separator.join(row) for row in rows)])
    labels = text.encode(draw(st.just("utf-8") | ENCODINGS), "replace")
    return Own(draw(st.binary(max_size=60)) if draw(st.integers(0, 30)) == 0 else labels, documents)


EXAMPLES = own()


def check(drawn: Own) -> None:
    """Check that what is used has one label and one document, and that all else is told on one line each."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "own"
        for name, content in drawn.documents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (folder / "labels.csv").write_bytes(drawn.labels)
        found, problem = _told(lambda: examine(folder))
        if found is not None:
            _check_used(folder, found, drawn=drawn)
        code, out = printed(lambda: _command(folder))
        assert printable(out, lines=True) == out, out
        assert code == (2 if found is None else int(bool(found.bad))), out
        assert len(out.splitlines()) == (1 if found is None else len(found.bad) + 1), out
        assert len(problem.splitlines()) <= 1, problem


def _command(folder: Path) -> int:
    """Do what `harness data logisticsqa --check` does, without looking for the other environments each time."""
    try:
        return data_command(["--check", str(folder)])
    except ConfigError as error:
        return told(error)


def _told(read: Callable[[], T]) -> tuple[T | None, str]:
    """Return what can be read, or why it cannot."""
    try:
        return read(), ""
    except ConfigError as error:
        return None, str(error)


def _check_used(folder: Path, found: Folder, *, drawn: Own) -> None:
    text = "\n".join(drawn.labels.decode(name, "replace") for name in ("utf-8", "utf-16", "utf-16-le", "utf-16-be"))
    for good in found.good.values():
        assert good.path.resolve().is_relative_to(folder.resolve())
        assert good.reference == good.reference.strip() != ""
        assert good.reference.replace('"', "") in text.replace('"', "")
    assert len({good.path for good in found.good.values()}) == len(found.good)
    if len(found.good) < 2:
        return
    tasks, problem = _told(lambda: LogisticsQA(data_dir=str(folder), train_size=1, test_size=1).tasks("train"))
    assert len(problem.splitlines()) <= 1, problem
    for task in tasks or ():
        fitted = fit(task.query, 1000, policy="strip")
        assert fitted is not None
        assert tokens(fitted.text) <= 1100
