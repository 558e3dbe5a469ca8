"""A site that follows a results folder: what is served while a run goes on, and how it ends."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import ConfigError
from harness.reports.site.following import Following
from harness.reports.site.serving import serving
from tests.commands import Commands
from tests.harness.reports.site.browser import DESKTOP, PHONE, browser, errors, missing, view, wait
from tests.harness.reports.site.test_build import read
from tests.records import write_run

EVERY = 0.2

SHOUT = """
from harness.core.domain import Modules, Task, Trajectory
from harness.core.environment import Description
from harness.core.messages import Message


class Shout:
    def describe(self):
        return Description("shout", version="1", scorer_version="1", data_checksum="fixed", purpose="Repeat words.")

    def initial_modules(self):
        return Modules.of_instruction("Answer with the word.")

    def tasks(self, split):
        return [Task(f"{split}-{word}", f"Say {word}, {split}", word.upper(), "words") for word in ("ash", "oak")]

    async def rollout(self, modules, task, agent):
        answer = await agent.complete([Message("system", modules.instruction()), Message("user", task.query)])
        return Trajectory(task.id, (), answer.text, answer.text == task.truth, float(answer.text == task.truth))
"""

PLAYER = """
def answer(role, messages):
    if role == "agent":
        said = messages[-1].content.split()[1].rstrip(",")
        return said.upper() if "upper" in messages[0].content else said
    if role == "evaluator":
        return '{"verdict": "incorrect", "advice": "Write upper case."}'
    with open("reached", "w") as reached:
        reached.write("the optimizer is asked")
    with open("gate") as gate:
        gate.read()
    return "<instruction>Write upper case.</instruction>"
"""
"""Models whose optimizer answers when someone has opened the gate."""

WORDS = (
    "env=shout.Shout",
    "method=all_at_once",
    "method.steps=1",
    "backbone=scripted",
    "backbone.script=player:answer",
)


@contextmanager
def child(folder: Path, environ: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a process of its own, which ends with the test whatever happens."""
    command = [sys.executable, "-m", "harness", *words]
    process = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def run_at_the_gate(folder: Path, environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run a method until its optimizer is asked; `open_gate` lets it go on."""
    (folder / "shout.py").write_text(SHOUT)
    (folder / "player.py").write_text(PLAYER)
    for name in ("reached", "gate"):
        os.mkfifo(folder / name)
    reached = os.open(folder / "reached", os.O_RDONLY | os.O_NONBLOCK)
    try:
        with child(folder, environ, *WORDS) as process:
            assert select.select([reached], [], [], 60)[0]
            yield process
    finally:
        os.close(reached)


def open_gate(folder: Path) -> None:
    (folder / "gate").write_text("open")


@pytest.mark.slow
@pytest.mark.skipif(bool(missing()), reason=missing())
def test_a_page_shows_a_run_while_it_goes_on_and_how_it_ended(tmp_path: Path, environ: dict[str, str]) -> None:
    follow = ("site", "site", "--follow", "--until-done", "--every", str(EVERY))
    with (
        browser(tmp_path / "profile") as driver,
        run_at_the_gate(tmp_path, environ) as running,
        child(tmp_path, environ, *follow) as follower,
    ):
        assert follower.stdout is not None
        follower.stdout.readline()
        address = follower.stdout.readline().split()[1]
        for size in (PHONE, DESKTOP):
            view(driver, size)
            driver.get(address)
            section = wait(driver, "section[data-state='running'] .curve path")
            assert driver.execute_script("return document.documentElement.scrollWidth") <= size[0]
            driver.save_screenshot(str(tmp_path / f"live-{size[0]}.png"))
        shown = wait(driver, "section").text
        assert "training" in shown
        assert "test (trained)" not in shown
        open_gate(tmp_path)
        assert running.wait(60) == 0
        wait(driver, "section[data-state='finished']")
        section = wait(driver, "section")
        assert "test (trained)" in section.text
        assert errors(driver) == []
        said, _ = follower.communicate(timeout=60)
        assert follower.returncode == 0
        assert "site/index.html" in said
        driver.get((tmp_path / "site" / "live.html").as_uri())
        wait(driver, "section[data-state='finished']")
        assert "following has ended" in wait(driver, "#state:not(:empty)").text


def served(address: str, path: str, **headers: str) -> Any:
    request = urllib.request.Request(f"{address}/{path}", headers=headers)
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20)


def test_only_files_of_the_site_are_served_and_only_under_this_machines_name(tmp_path: Path) -> None:
    write_run(tmp_path / "results")
    Following(tmp_path / "results", tmp_path / "site", k=3, every=EVERY)
    (tmp_path / "secret.txt").write_text("not for a page")
    with serving(tmp_path / "site") as address:
        answer = served(address, "data/live.js")
        assert answer.headers["Cache-Control"] == "no-store"
        assert b'"runs":[]' in answer.read()
        for path, headers in (
            ("../secret.txt", {}),
            ("%2e%2e/secret.txt", {}),
            ("data/", {}),
            ("index.html", {"Host": "evil.example"}),
        ):
            with pytest.raises(urllib.error.HTTPError) as refused:
                served(address, path, **headers)
            assert refused.value.code in (403, 404), path
        with pytest.raises(ConfigError, match="choose another with --port"), serving(tmp_path, int(address[-5:])):
            pass


def test_a_run_that_begins_and_ends_is_written_once_it_changes(tmp_path: Path) -> None:
    results, site = tmp_path / "results", tmp_path / "site"
    done = write_run(results)
    following = Following(results, site, k=3, every=EVERY)
    before = {path: path.stat().st_ino for path in site.rglob("*.js")}
    following.refresh()
    assert {path: path.stat().st_ino for path in site.rglob("*.js")} == before
    folder = write_run(results, seed=1)
    record = folder.read_run()
    assert record is not None
    folder.write_run(record.model_copy(update={"status": "running"}))
    with folder.lock():
        following.refresh()
        assert following.at_work == 1
        (shown,) = read(site, "live")["runs"]
        assert (shown["id"], shown["state"]) == (record.run_id, "running")
        assert {strand["what"] for strand in shown["strands"]} == {"training", "test (trained)"}
    following.refresh()
    assert read(site, "live")["runs"][0]["state"] == "incomplete"
    assert len(read(site, "index")["runs"]) == 2
    mine = site / "data" / "runs" / done.path.name
    assert all(path.stat().st_ino == before[path] for path in mine.iterdir())
    following.close()
    assert read(site, "live")["following"] is False


def test_the_command_ends_by_itself_and_says_what_until_done_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_run(tmp_path / "results")
    command = Commands(tmp_path, monkeypatch, capsys)
    done = command("site", "site", "--follow", "--until-done", "--every", str(EVERY))
    assert done.code == 0, done.err
    assert "http://127.0.0.1:" in done.out
    refused = command("site", "site", "--until-done")
    assert refused.code == 2
    assert "add --follow" in refused.err
