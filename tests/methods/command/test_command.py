"""A program from outside optimizes on the run's budget, and whatever goes wrong has one clear outcome."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.methods.command.conftest import Optimize, result_of

CLIMB = """
start = harness.initial()
ids = [task["id"] for task in harness.tasks()]
found = harness.evaluate(start, ids, feedback=True)
print(found["mean"])
ask = [{"role": "user", "content": "Write a better instruction for: " + start["instruction"]}]
text = harness.complete("optimizer", ask)
harness.save({"instruction": start["instruction"] + "\\n- Look into closed containers."})
"""


def test_its_modules_are_tested_and_every_call_is_counted(optimize: Optimize, tmp_path: Path) -> None:
    ran = optimize(CLIMB)
    assert ran.code == 0, ran.err
    result = result_of(tmp_path)
    assert result["usage"]["explore"]["agent"]["calls"] > 0
    assert result["usage"]["evaluate"]["evaluator"]["calls"] == 4
    assert result["optimizer_calls"] == 1
    (module,) = (
        path
        for path in tmp_path.glob("results/runs/*/command/*/*/modules/*")
        if "closed containers" in path.read_text()
    )
    assert module


def test_replay_does_the_recorded_calls_without_the_program(optimize: Optimize, harness: Run, tmp_path: Path) -> None:
    assert optimize(CLIMB).code == 0
    (tmp_path / "program.py").unlink()
    run_id = result_of(tmp_path)["run_id"]
    replayed = harness("replay", run_id)
    assert replayed.code == 0, replayed.err + replayed.out
    verified = harness("verify", run_id)
    assert verified.code == 0, verified.err + verified.out


LEAVES = """
import json, socket, urllib.parse
place = urllib.parse.urlsplit(harness._url)
start = harness.initial()
ids = [task["id"] for task in harness.tasks()]
for number in range(3):
    body = json.dumps({"modules": {"instruction": f"{start['instruction']} {number}"}, "tasks": ids, "feedback": True})
    head = f"POST /evaluate HTTP/1.1\\r\\nHost: x\\r\\nAuthorization: Bearer {harness._key}\\r\\n"
    left = socket.create_connection((place.hostname, place.port))
    left.sendall(f"{head}Content-Length: {len(body)}\\r\\n\\r\\n{body}".encode())
    harness.budget()
    left.close()
    harness.evaluate(start, ids[:1])
harness.save(start)
"""


@pytest.mark.parametrize("words", [(), ("budget.match=rollouts", "budget.amount=40")], ids=["steps", "rollouts"])
def test_a_call_that_the_program_leaves_is_done_to_its_end(
    optimize: Optimize, harness: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    ran = optimize(LEAVES, *words)
    assert ran.code == 0, ran.err
    (rows,) = tmp_path.glob("results/runs/*/command/*/*/train.jsonl")
    assert len(rows.read_text().splitlines()) == 3 * (4 + 1)
    assert harness("replay", result_of(tmp_path)["run_id"]).code == 0


SPENDS = """
start = harness.initial()
ids = [task["id"] for task in harness.tasks()]
harness.save(start)
try:
    for number in range(100):
        harness.evaluate({"instruction": f"{start['instruction']} {number}"}, ids)
except Refused as refused:
    assert refused.status == 429, refused
    assert "budget" in refused.reason
    assert harness.budget()["used"] <= 14
"""


def test_a_matched_budget_ends_it_and_a_replay_ends_there_too(optimize: Optimize, harness: Run, tmp_path: Path) -> None:
    ran = optimize(SPENDS, "budget.match=rollouts", "budget.amount=14")
    assert ran.code == 0, ran.err
    result = result_of(tmp_path)
    assert harness("replay", result["run_id"]).code == 0
    (rows,) = tmp_path.glob("results/runs/*/command/*/*/train.jsonl")
    assert len(rows.read_text().splitlines()) == 12


def test_a_program_that_failed_is_started_again_and_its_calls_are_not_paid_again(
    optimize: Optimize, tmp_path: Path
) -> None:
    dies = CLIMB.replace(
        "harness.save",
        "import sys, os\nif not os.path.exists('again'): open('again', 'w'); sys.exit('no idea')\nharness.save",
    )
    first = optimize(dies)
    assert first.code == 1
    assert "exit code 1 (its last line: 'no idea')" in first.err
    assert "Traceback" not in first.err
    second = optimize(dies)
    assert second.code == 0, second.err
    (path,) = tmp_path.glob("results/runs/*/command/*/*/run.json")
    sessions = json.loads(path.read_text())["sessions"]
    assert [session["status"] for session in sessions] == ["failed", "finished"]
    assert sessions[0]["calls_paid"] > 0
    assert result_of(tmp_path)["usage"]["explore"]["agent"]["calls"] == sessions[0]["paid"]["agent"]["calls"]


HOSTILE = {
    "dies": ("import os; os.abort()", "ended with exit code 134"),
    "hangs": ("import time\nwhile True: time.sleep(1)", "did not end within method.minutes=0.05"),
    "writes nothing": ("", "left no modules in $HARNESS_MODULES"),
    "writes no JSON": ("import os; open(os.environ['HARNESS_MODULES'], 'w').write('{')", "cannot be used"),
    "writes another kind": ("harness.save({'instruction': []})", "modules.instruction: is a toolbox"),
    "writes a module that there is not": ("harness.save({'brain': 'x'})", "modules.brain: not a trainable module"),
    "leaves a pipe": ("import os; os.mkfifo(os.environ['HARNESS_MODULES'])", "left no modules"),
    "leaves a link": ("import os; os.symlink('/etc/passwd', os.environ['HARNESS_MODULES'])", "left no modules"),
    "leaves a folder": ("import os; os.mkdir(os.environ['HARNESS_MODULES'])", "left no modules"),
    "writes too much": (
        "import os; open(os.environ['HARNESS_MODULES'], 'w').write('x' * 5_000_000)",
        "left no modules",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_program_without_a_result_fails_the_run_in_one_line(optimize: Optimize, kind: str) -> None:
    script, expected = HOSTILE[kind]
    ran = optimize(script, "method.minutes=0.05" if kind == "hangs" else "method.minutes=5")
    assert ran.code == 1
    assert expected in ran.err
    assert "Traceback" not in ran.err
    assert len([line for line in ran.err.splitlines() if line.startswith("error:")]) == 1


REFUSED = """
import json, urllib.error, urllib.request

def status(path, body, key=harness._key, size=0):
    data = b"x" * size if size else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}"}
    try:
        urllib.request.urlopen(urllib.request.Request(harness._url + path, data, headers)).read()
    except urllib.error.HTTPError as error:
        return f"{error.code} {json.loads(error.read())['error']['message']}"
    return "200"

start = harness.initial()
print(status("/evaluate", {"modules": start, "tasks": ["test-1"]}))
print(status("/evaluate", {"modules": start, "tasks": None}))
print(status("/evaluate", {"modules": {"other": "x"}, "tasks": ["a"]}))
print(status("/evaluate", {"modules": start, "tasks": ["a"], "split": "test"}))
print(status("/evaluate", {"modules": start, "tasks": []}))
print(status("/v1/chat/completions", {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]}))
chat = {"model": "agent", "messages": [{"role": "user", "content": "x"}]}
print(status("/v1/chat/completions", chat | {"stream": True}))
print(status("/tasks?split=test", None, key="guess"))
print(status("/evaluate", None, size=100_000_000))
ask = {"model": "optimizer", "messages": [{"role": "user", "content": "hello"}]}
print([status("/v1/chat/completions", ask)[:3] for _ in range(3)], status("/v1/chat/completions", ask))
try:
    harness.tasks("test")
except Refused as refused:
    print(refused)
harness.save(start)
open("said", "w").write("done")
"""


def test_what_a_program_may_not_do_is_refused_with_the_reason(optimize: Optimize, tmp_path: Path) -> None:
    said = tmp_path / "lines"
    script = f"import sys; sys.stdout = open({str(said)!r}, 'w', buffering=1)\n" + REFUSED
    ran = optimize(script)
    assert ran.code == 0, ran.err
    lines = said.read_text().splitlines()
    assert lines[0].startswith("422 tasks: 'test-1' is not a training task")
    assert lines[1].startswith("422 tasks: this run holds no validation tasks out")
    assert lines[2].startswith("422 modules.other: not a trainable module")
    assert lines[3].startswith("422 split:")
    assert lines[4].startswith("422 tasks")
    assert lines[5].startswith("422 model:")
    assert lines[6].startswith("422 stream:")
    assert lines[7].startswith("401 ")
    assert lines[8].startswith("413 ")
    assert lines[9].startswith("['200', '200', '429'] 429 method.steps=2")
    assert "test tasks stay with the harness" in lines[10]


CROWD = """
import socket, threading, urllib.parse
place = urllib.parse.urlsplit(harness._url)
sockets = []
for _ in range(1000):
    s = socket.create_connection((place.hostname, place.port))
    s.sendall(b"POST /evaluate HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 100\\r\\n\\r\\n")
    sockets.append(s)
harness.evaluate(harness.initial(), [task["id"] for task in harness.tasks()])
harness.save(harness.initial())
"""


def test_a_thousand_connections_do_not_keep_it_from_work(optimize: Optimize) -> None:
    ran = optimize(CROWD)
    assert ran.code == 0, ran.err


def test_no_key_of_a_provider_reaches_the_program(optimize: Optimize, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    script = f"import os\nopen({str(seen)!r}, 'w').write(repr(dict(os.environ)))\nharness.save(harness.initial())"
    ran = optimize(script, env={"OPENAI_API_KEY": "sk-secret-of-mine", "MY_TOKEN": "hush-hush"})
    assert ran.code == 0, ran.err
    assert "sk-secret-of-mine" not in seen.read_text()
    assert "hush-hush" not in seen.read_text()
    assert "HARNESS_KEY" in seen.read_text()


def test_a_program_ends_with_a_harness_that_is_killed(tmp_path: Path, environ: dict[str, str]) -> None:
    script, mark = tmp_path / "program.py", tmp_path / "mark"
    script.write_text(f"import os, time\nopen({str(mark)!r}, 'w').close()\nwhile True: time.sleep(1)")
    words = [
        "method=command",
        f"method.run='{sys.executable} {script}'",
        "env=alfworld",
        "env.train_size=4",
        "method.steps=2",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", *words], cwd=tmp_path, env=environ, stdout=subprocess.DEVNULL
    )
    while not mark.exists():
        assert process.poll() is None
        os.sched_yield()
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    for _ in range(2_000_000):
        if not _running(str(script)):
            break
        os.sched_yield()
    assert not _running(str(script))


def _running(word: str) -> bool:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if word.encode() in words:
            return True
    return False


def _example(name: str) -> str:
    page = (ROOT / "docs" / "outside-optimizers.md").read_text("utf-8")
    return next(
        block
        for block in re.findall(r"^```(?:python|bash)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
        if block.startswith(f"# {name}")
    )


@pytest.mark.parametrize("name", ["climb.py", "climb.sh", "with_gepa.py"])
def test_the_examples_of_the_manual_run(harness: Run, tmp_path: Path, name: str) -> None:
    if name == "with_gepa.py":
        pytest.importorskip("gepa", reason="the package gepa is not installed (pip install gepa)")
    if name == "climb.sh" and not (shutil.which("jq") and shutil.which("curl")):
        pytest.skip("jq or curl is not installed (apt-get install jq curl)")
    (tmp_path / name).write_text(_example(name))
    shell = f"{sys.executable} {name}" if name.endswith(".py") else f"sh {name}"
    ran = harness(
        "method=command",
        f"method.run='{shell}'",
        "env=alfworld",
        "env.train_size=6",
        "env.test_size=6",
        "method.steps=3",
    )
    assert ran.code == 0, ran.err
    assert result_of(tmp_path)["optimizer_calls"] == 3


def test_the_client_needs_the_standard_library_alone() -> None:
    alone = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import methods.command.client"
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", alone], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
