"""Hostile files, through the readers that an optimizer writes: a clear error, within memory and time."""

from __future__ import annotations

import io
import pickle
import re
import time
import zipfile
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from envs.gaia.environment import GAIA
from envs.gaia.sandbox import Limits, Outcome, Sandbox, open_sandbox
from envs.gaia.sandbox.choice import why_not_bwrap, why_not_landlock
from envs.gaia.toolbox import PLAIN
from harness.core.domain import Modules, Task

from .agents import Scripted, calling, saying
from .written import LIST, MEMBER, READERS

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(why_not_bwrap() is not None and why_not_landlock() is not None, reason="no sandbox"),
]
LIMITS = Limits(wall=8, cpu=6)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    opened = open_sandbox("auto", size=1)
    yield opened
    await opened.close()


async def read(sandbox: Sandbox, file: Path, source: str, **more: str) -> Outcome:
    started = time.monotonic()
    outcome = await sandbox.call(source, "run", arguments={"path": file.name, **more}, inputs=[file], limits=LIMITS)
    assert time.monotonic() - started < 15
    return outcome


def archive(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


async def test_a_zip_bomb(sandbox: Sandbox, tmp_path: Path) -> None:
    bomb = archive(tmp_path, {"a.txt": b"\0" * 300_000_000})
    assert bomb.stat().st_size < 1_000_000
    listed = await read(sandbox, bomb, LIST)
    assert listed.value == [["a.txt", 300_000_000]]
    outcome = await read(sandbox, bomb, MEMBER, member="a.txt")
    assert outcome.error is not None
    assert "a.txt is too large" in outcome.error


async def test_a_zip_bomb_that_lies_about_its_size(sandbox: Sandbox, tmp_path: Path) -> None:
    bomb = archive(tmp_path, {"a.txt": b"\0" * 900_000_000})
    data = bytearray(bomb.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    bomb.write_bytes(data)
    outcome = await read(sandbox, bomb, MEMBER, member="a.txt")
    assert outcome.error is not None or len(str(outcome.value)) < 1000


async def test_a_zip_that_climbs_out(sandbox: Sandbox, tmp_path: Path) -> None:
    file = archive(tmp_path, {"../../escaped.txt": b"hello", "/etc/escaped": b"x"})
    source = "import zipfile\ndef run(path):\n    zipfile.ZipFile(path).extractall()\n    return True\n"
    assert (await sandbox.call(source, "run", arguments={"path": file.name}, inputs=[file])).value is True
    assert not list(tmp_path.parent.glob("escaped*"))
    assert (await read(sandbox, file, MEMBER, member="../../escaped.txt")).value == "hello"


async def test_an_xlsx_bomb(sandbox: Sandbox, tmp_path: Path) -> None:
    import openpyxl

    plain = io.BytesIO()
    openpyxl.Workbook().save(plain)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                row = b"<row><c t='inlineStr'><is><t>" + b"x" * 1000 + b"</t></is></c></row>"
                data = data.replace(b"<sheetData></sheetData>", b"<sheetData>" + row * 150_000 + b"</sheetData>")
                data = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A150000"', data)
                assert len(data) > 100_000_000
            new.writestr(name, data)
    outcome = await read(sandbox, path, READERS["xlsx"])
    assert outcome.error is not None
    assert outcome.limit in ("memory", "cpu", "wall", "result") or "MemoryError" in outcome.error


async def test_a_pdf_bomb(sandbox: Sandbox, tmp_path: Path) -> None:
    stream = zlib.compress(zlib.compress(b"BT (x) Tj ET\n" * 20_000_000, 9), 9)
    body = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(stream), stream)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        body,
    ]
    data = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, o) for n, o in enumerate(objects, 1))
    path = tmp_path / "a.pdf"
    path.write_bytes(data + b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF\n")
    assert path.stat().st_size < 1_000_000
    outcome = await read(sandbox, path, READERS["pdf"])
    assert outcome.error is not None


async def test_a_pickle_is_bytes_to_the_readers(sandbox: Sandbox, tmp_path: Path) -> None:
    class Touch:
        def __reduce__(self) -> tuple[object, ...]:
            return (open, (str(tmp_path / "touched"), "w"))

    path = tmp_path / "a.json"
    path.write_bytes(pickle.dumps(Touch()))
    outcome = await read(sandbox, path, READERS["json"])
    assert outcome.error is not None
    assert "not text" in outcome.error
    source = "import pickle\ndef run(path):\n    return str(pickle.load(open(path, 'rb')))\n"
    outcome = await sandbox.call(source, "run", arguments={"path": path.name}, inputs=[path])
    assert outcome.error is not None
    assert not (tmp_path / "touched").exists()


async def test_scripts_of_a_page_are_not_read(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<script>alert('<tr><td>evil</td></tr>')</script><table><tr><td>a</td><td>1</td></tr></table>")
    assert (await read(sandbox, path, READERS["html"])).value == [["a", "1"]]


async def test_an_xml_file_that_grows_or_reaches_out(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text('<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><r><i><c>&f;</c></i></r>')
    outcome = await read(sandbox, path, READERS["xml"])
    assert "root:" not in str(outcome.value)


async def test_a_file_of_a_gigabyte_is_an_observation(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    task = Task("t", "What is in it?", "x", "Level 1", path)
    agent = Scripted([calling("read_text_file", {"path": "huge.txt"}), saying("FINAL ANSWER: y")])
    started = time.monotonic()
    trajectory = await GAIA().rollout(Modules({"toolbox": PLAIN}, ("toolbox",)), task, agent)
    assert "larger than the limit" in trajectory.steps[0].observation
    assert time.monotonic() - started < 5
