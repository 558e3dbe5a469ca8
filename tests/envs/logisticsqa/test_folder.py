"""Documents of one's own: what is wrong with a folder is told in one line that names the file; nothing else is lost."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from envs.logisticsqa.data import data_command
from envs.logisticsqa.environment import LogisticsQA
from envs.logisticsqa.export import export
from harness.core.errors import ConfigError

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
NOT_UBL = XML + '<note xmlns="urn:x">hello</note>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "own"
    export(path, 0, count=12)
    return path


def first(folder: Path) -> Path:
    return folder / "train-00000.xml"


def environment(folder: Path, **settings: object) -> LogisticsQA:
    sizes = {"train_size": 4, "test_size": 6, **settings}
    return LogisticsQA(data_dir=str(folder), **sizes)  # type: ignore[arg-type]


HOSTILE = {
    "xxe": (XML + '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Invoice>&e;</Invoice>', "DTD"),
    "laughs": (XML + f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><Invoice>&l9;</Invoice>', "DTD"),
    "text": ("This is no XML at all.", "not well-formed"),
    "cut": (XML + "<Invoice><cbc", "not well-formed"),
    "empty": ("", "is empty"),
    "other": (NOT_UBL, "no UBL invoice"),
    "deep": (XML + "<a>" * 200 + "</a>" * 200, "deeper"),
    "deeper": (XML + "<a>" * 5000 + "</a>" * 5000, "not well-formed"),
    "latin": (b'<?xml version="1.0" encoding="UTF-8"?><Invoice>\xe9\xe8</Invoice>', "not well-formed"),
    "encoding": (b'<?xml version="1.0" encoding="klingon"?><Invoice/>', "not well-formed"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_line_or_skipped(
    name: str, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content, reason = HOSTILE[name]
    first(folder).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError, match=reason) as caught:
        environment(folder).describe()
    assert "train-00000.xml" in str(caught.value)
    assert "\n" not in str(caught.value)
    with caplog.at_level(logging.WARNING):
        left = environment(folder, on_bad_document="skip")
        tasks = [*left.tasks("train"), *left.tasks("test")]
    assert len(tasks) == 10
    assert "train-00000.xml" not in [task.id for task in tasks]
    assert "train-00000.xml" in caplog.text
    assert "1 skipped, 11 documents are left" in caplog.text


def test_sixty_megabytes_are_refused_without_being_read(folder: Path) -> None:
    with first(folder).open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(ConfigError, match=r"train-00000.xml is too large \(60,000,000 bytes"):
        environment(folder).describe()


def test_a_bom_and_utf_16_are_read(folder: Path) -> None:
    text = first(folder).read_text()
    whole = environment(folder).tasks("train")
    first(folder).write_bytes(text.encode("utf-8-sig"))
    assert len(environment(folder).tasks("train")) == len(whole)
    first(folder).write_bytes(text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"))
    (folder / "labels.csv").write_bytes((folder / "labels.csv").read_text().encode("utf-16"))
    assert [task.truth for task in environment(folder).tasks("train")] == [task.truth for task in whole]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: [*rows, "gone.xml,123"], "gone.xml does not exist as an XML file"),
        (lambda rows: rows[:-1], "has no label in labels.csv"),
        (lambda rows: [*rows, rows[1]], "train-00000.xml has more than one label"),
        (lambda rows: [*rows[:-1], rows[-1].partition(",")[0] + ","], "has an empty reference"),
        (lambda rows: [*rows, "../secret.xml,1"], "no file name within the folder"),
        (lambda rows: ["document,truth", *rows[1:]], "has no column 'file'"),
    ],
    ids=["label without file", "file without label", "twice", "empty", "outside", "columns"],
)
def test_labels_that_are_wrong(folder: Path, change: object, reason: str) -> None:
    path = folder / "labels.csv"
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")  # type: ignore[operator]
    with pytest.raises(ConfigError, match=reason):
        environment(folder).describe()


def test_two_files_of_one_invoice_are_a_problem(folder: Path) -> None:
    (folder / "copy.xml").write_bytes(first(folder).read_bytes())
    with (folder / "labels.csv").open("a") as file:
        file.write("copy.xml,1\n")
    with pytest.raises(ConfigError, match=r"copy.xml has the same issuer and number .* as train-00000.xml"):
        environment(folder).describe()


def test_semicolons_and_tabs_are_fine(folder: Path) -> None:
    path = folder / "labels.csv"
    path.write_text(path.read_text().replace(",", ";"))
    assert len(environment(folder).tasks("test")) == 6


def test_too_few_documents(folder: Path) -> None:
    with pytest.raises(ConfigError, match="has 12 good documents, fewer than"):
        environment(folder, train_size=10).tasks("train")


def test_splits_are_disjoint_and_drawn_by_the_seed(folder: Path) -> None:
    ids = [task.id for split in ("train", "test") for task in environment(folder).tasks(split)]  # type: ignore[arg-type]
    assert len(set(ids)) == 10
    assert [t.id for t in environment(folder, data_seed=1).tasks("train")] != ids[:4]


def test_own_documents_are_sensitive_and_change_the_checksum(folder: Path) -> None:
    before = environment(folder).describe()
    assert before.sensitive
    assert not before.generated
    first(folder).write_text(first(folder).read_text().replace("Synthetic", "synthetic"))
    assert environment(folder).describe().data_checksum != before.data_checksum


def test_the_check_lists_every_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert data_command(["--check", str(folder)]) == 0
    first(folder).write_text("no")
    (folder / "extra.xml").write_text(NOT_UBL)
    assert data_command(["--check", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "train-00000.xml is not well-formed" in said
    assert "extra.xml has no label" in said
    assert "11 documents can be used, 2 problems" in said


def test_an_export_is_whole_and_never_overwrites(folder: Path) -> None:
    with pytest.raises(ConfigError, match="exists already"):
        data_command(["--export", str(folder)])
    assert not list(folder.parent.glob(".own*"))


@pytest.mark.parametrize("words", [["--nonsense"], ["--count", "x"], ["--count", "0"]])
def test_wrong_words_are_a_config_error(words: list[str]) -> None:
    with pytest.raises(ConfigError):
        data_command(words)
