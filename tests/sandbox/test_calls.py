"""What comes back from a call: a value that is JSON, an error to read, or the limit that was hit."""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import zipfile
from pathlib import Path

import pytest

from envs.gaia.sandbox import Limits, Sandbox
from envs.gaia.sandbox.api import MIB
from harness.core.errors import InfrastructureError

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUICK = Limits(wall=1, cpu=3)


async def value(sandbox: Sandbox, body: str, *inputs: Path, **arguments: object) -> object:
    names = ", ".join(arguments)
    source = f"def run({names}):\n" + "\n".join(f"    {line}" for line in body.splitlines())
    outcome = await sandbox.call(source, "run", arguments=arguments, inputs=inputs)  # type: ignore[arg-type]
    assert outcome.error is None, outcome.error
    return outcome.value


class TestAResult:
    @pytest.mark.parametrize("given", [None, True, 3, -1.5, "ä \u2028 \U0001f600", [1, [2]], {"a": {"b": []}}])
    async def test_json_comes_back_as_it_is(self, sandbox: Sandbox, given: object) -> None:
        assert await value(sandbox, "return given", given=given) == given

    @pytest.mark.parametrize(
        ("expression", "says"),
        [
            ("float('nan')", "not JSON"),
            ("[1e999]", "not JSON"),
            ("object()", "not JSON"),
            ("{1, 2}", "not JSON"),
            ("b'bytes'", "not JSON"),
            ("{(1, 2): 3}", "not JSON"),
            ("(lambda x: x.append(x) or x)([])", "not JSON"),
            ("__import__('functools').reduce(lambda v, _: [v], range(5000), 0)", "not JSON"),
            ("__import__('functools').reduce(lambda v, _: [v], range(200), 0)", "64 levels"),
            ("'\\ud800'", "not JSON"),
            ("10 ** 5000", "not JSON"),
            ("(yield)", "not JSON"),
        ],
    )
    async def test_what_is_no_json_is_an_error(self, sandbox: Sandbox, expression: str, says: str) -> None:
        outcome = await sandbox.call(f"def run():\n    return {expression}", "run", arguments={})
        assert outcome.value is None
        assert outcome.error is not None
        assert says in outcome.error

    @pytest.mark.parametrize(
        "line",
        [
            b'{"value": NaN}',
            b'{"value": 1e999}',
            b'{"value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
            b'{"value": ' + b"1" * 10_000 + b"}",
            b'{"value": "\\ud800"}',
            b"\xff\xfe",
            b"[1]",
            b'"x"',
            b"{}",
            b'{"error": 5, "limit": []}',
            pickle.dumps(os.getcwd),
        ],
    )
    async def test_bytes_that_a_tool_forges_are_an_error(self, sandbox: Sandbox, line: bytes) -> None:
        source = f"import os\ndef run():\n    os.write(3, {line!r} + b'\\n')\n    os._exit(0)"
        outcome = await sandbox.call(source, "run", arguments={})
        assert outcome.value is None
        assert outcome.error

    async def test_a_pickle_stays_text(self, sandbox: Sandbox, tmp_path: Path) -> None:
        mark = tmp_path / "executed"
        bomb = pickle.dumps(_Touches(str(mark)))
        assert await value(sandbox, "return text", text=bomb.hex()) == bomb.hex()
        outcome = await sandbox.call(
            f"import pickle\ndef run():\n    return pickle.loads({bomb!r})", "run", arguments={}
        )
        assert outcome.error is not None
        assert not mark.exists()

    async def test_a_huge_result_is_cut_off(self, sandbox: Sandbox) -> None:
        outcome = await sandbox.call("def run():\n    return 'x' * 50_000_000", "run", arguments={})
        assert (outcome.value, outcome.limit) == (None, "result")

    async def test_an_error_names_the_line(self, sandbox: Sandbox) -> None:
        outcome = await sandbox.call("def run(d):\n    return d['b']", "run", arguments={"d": {}})
        assert outcome.error == "KeyError: 'b' (line 2: return d['b'])"

    @pytest.mark.parametrize(
        "body", ["raise SystemExit(3)", "raise KeyboardInterrupt", "import os; os._exit(0)", "1/0"]
    )
    async def test_an_end_without_a_result_is_an_error(self, sandbox: Sandbox, body: str) -> None:
        assert (await sandbox.call(f"def run():\n    {body}", "run", arguments={})).error

    @pytest.mark.parametrize("source", ["def run(:", "", "run = 3", "raise ValueError('at import')", "x = \0"])
    async def test_a_source_without_the_function_is_an_error(self, sandbox: Sandbox, source: str) -> None:
        assert (await sandbox.call(source, "run", arguments={})).error

    async def test_an_error_that_cannot_be_written_is_an_error_still(self, sandbox: Sandbox) -> None:
        source = "class E(Exception):\n    def __str__(self): raise self\ndef run():\n    raise E"
        assert (await sandbox.call(source, "run", arguments={})).error


class _Touches:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (self.path, "w")


class TestALimit:
    async def test_a_hang_is_killed(self, sandbox: Sandbox) -> None:
        outcome = await sandbox.call("import time\ndef run():\n    time.sleep(60)", "run", arguments={}, limits=QUICK)
        assert outcome.limit == "wall"
        assert outcome.seconds < 2.5

    async def test_a_gigabyte_is_refused(self, sandbox: Sandbox) -> None:
        outcome = await sandbox.call("def run():\n    return len(bytearray(1 << 30))", "run", arguments={})
        assert outcome.limit == "memory"

    async def test_a_flood_is_stopped_and_its_beginning_kept(self, sandbox: Sandbox) -> None:
        outcome = await sandbox.call("def run():\n    while True: print('spam' * 1000)", "run", arguments={})
        assert outcome.limit == "output"
        assert len(outcome.output) == Limits().output_kept

    async def test_what_is_printed_is_kept(self, sandbox: Sandbox) -> None:
        source = (
            "import os, sys\ndef run():\n    print('out')\n    print('err', file=sys.stderr)\n    os.write(1, b'\\xff')"
        )
        outcome = await sandbox.call(source, "run", arguments={})
        assert "out" in outcome.output
        assert "err" in outcome.output

    async def test_a_large_input_is_refused_unread(self, sandbox: Sandbox, tmp_path: Path) -> None:
        large = tmp_path / "large.bin"
        with large.open("wb") as file:
            file.truncate(1 << 30)
        outcome = await sandbox.call("def run():\n    pass", "run", arguments={}, inputs=[large])
        assert outcome.limit == "inputs"
        assert outcome.seconds < 0.5

    async def test_a_source_or_arguments_without_end_are_refused(self, sandbox: Sandbox) -> None:
        assert (await sandbox.call("#" * (1 << 20), "run", arguments={})).error
        assert (await sandbox.call("def run(a): pass", "run", arguments={"a": "x" * (4 << 20)})).error


class TestTheFilesOfACall:
    async def test_inputs_are_there_by_name(self, sandbox: Sandbox, tmp_path: Path) -> None:
        (tmp_path / "a b.txt").write_text("text")
        assert await value(sandbox, "return open(name).read()", tmp_path / "a b.txt", name="a b.txt") == "text"

    async def test_inputs_of_another_call_are_not(self, sandbox: Sandbox, tmp_path: Path) -> None:
        (tmp_path / "one.txt").write_text("1")
        await value(sandbox, "return None", tmp_path / "one.txt")
        assert await value(sandbox, "import os\nreturn os.listdir()") == []

    async def test_an_input_that_is_a_link_is_not_followed(self, sandbox: Sandbox, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to("/etc/passwd")
        with pytest.raises(InfrastructureError, match="an input cannot be given"):
            await sandbox.call("def run(): pass", "run", arguments={}, inputs=[tmp_path / "link"])

    async def test_a_link_in_scratch_leads_nowhere(self, sandbox: Sandbox) -> None:
        body = "import os\nos.symlink('/etc/passwd', 'result.json')\nreturn os.path.islink('result.json')"
        assert await value(sandbox, body) is True
        assert await value(sandbox, "import os\nreturn os.listdir()") == []


class TestNoStatePasses:
    async def test_each_call_has_a_process_of_its_own(self, sandbox: Sandbox) -> None:
        body = "import builtins\nbuiltins.seen = getattr(builtins, 'seen', 0) + 1\nreturn builtins.seen"
        assert [await value(sandbox, body) for _ in range(3)] == [1, 1, 1]

    async def test_randomness_and_hashing_begin_alike(self, sandbox: Sandbox) -> None:
        body = "import random, numpy\nreturn [random.random(), float(numpy.random.rand()), hash('a')]"
        assert await value(sandbox, body) == await value(sandbox, body)

    async def test_calls_at_once_do_not_meet(self, sandbox: Sandbox) -> None:
        body = "import os\nopen(str(n), 'w').close()\nreturn [n, os.listdir()]"
        found = await asyncio.gather(*(value(sandbox, body, n=n) for n in range(6)))
        assert found == [[n, [str(n)]] for n in range(6)]

    async def test_a_cancelled_call_leaves_the_sandbox_usable(self, sandbox: Sandbox) -> None:
        hanging = asyncio.create_task(sandbox.call("import time\ndef run(): time.sleep(60)", "run", arguments={}))
        await asyncio.sleep(0.1)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        assert await value(sandbox, "return 1") == 1


class TestHostileFiles:
    async def test_a_zip_bomb_ends_at_a_limit(self, sandbox: Sandbox, tmp_path: Path) -> None:
        bomb = tmp_path / "bomb.zip"
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros", "w") as member:
            for _ in range(600):
                member.write(bytes(MIB))
        for body in ("return len(z.read('zeros'))", "z.extractall(); return 1"):
            source = f"import zipfile\ndef run():\n    z = zipfile.ZipFile('bomb.zip'); {body}"
            outcome = await sandbox.call(source, "run", arguments={}, inputs=[bomb])
            assert outcome.limit in ("memory", "disk"), outcome

    async def test_a_zip_cannot_write_above_scratch(self, sandbox: Sandbox, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "up.zip", "w") as archive:
            archive.writestr("../outside/x", "x")
            archive.writestr("../../../../tmp/owned_by_zip", "x")
        body = "import zipfile, os\nfor n in zipfile.ZipFile('up.zip').namelist():\n"
        body += "    try: open(n, 'w'); return n\n    except OSError: pass\nreturn None"
        assert await value(sandbox, body, tmp_path / "up.zip") is None

    async def test_an_xlsx_of_entities_ends(self, sandbox: Sandbox, tmp_path: Path) -> None:
        lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
        sheet = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><worksheet>&l11;</worksheet>'
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("xl/workbook.xml", sheet)
            archive.writestr("[Content_Types].xml", sheet)
        (tmp_path / "bomb.xlsx").write_bytes(buffer.getvalue())
        source = "import openpyxl\ndef run():\n    return len(openpyxl.load_workbook('bomb.xlsx').sheetnames)"
        outcome = await sandbox.call(
            source, "run", arguments={}, inputs=[tmp_path / "bomb.xlsx"], limits=Limits(wall=8, cpu=6)
        )
        assert outcome.error

    async def test_a_pdf_bomb_ends(self, sandbox: Sandbox, tmp_path: Path) -> None:
        loop = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        loop += b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9999999>>endobj\n"
        (tmp_path / "loop.pdf").write_bytes(loop + b"trailer<</Root 1 0 R>>\n%%EOF")
        source = "import pypdf\ndef run():\n    return [p.extract_text() for p in pypdf.PdfReader('loop.pdf').pages]"
        outcome = await sandbox.call(
            source, "run", arguments={}, inputs=[tmp_path / "loop.pdf"], limits=Limits(wall=5, cpu=4)
        )
        assert outcome.error or outcome.value == []


@pytest.mark.parametrize(
    "module",
    ["openpyxl", "pypdf", "docx", "pptx", "lxml.html", "pandas", "PIL.Image", "sqlite3", "zoneinfo", "csv", "html"],
)
async def test_a_reader_can_be_imported(sandbox: Sandbox, module: str) -> None:
    assert await value(sandbox, f"import {module}\nreturn {module}.__name__") == module


@pytest.mark.parametrize("module", ["harness", "envs", "pytest", "pip"])
async def test_nothing_else_can(sandbox: Sandbox, module: str) -> None:
    outcome = await sandbox.call(f"import {module}\ndef run(): return 1", "run", arguments={})
    assert "ModuleNotFoundError" in str(outcome.error)
