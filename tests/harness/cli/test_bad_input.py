"""Bad input: one clear line that names what is wrong, exit code 2, nothing written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SMALL, Run

LONG = "A" * 300
LONGER = "A" * 5000
DEEP = "/".join(["A" * 200] * 15)
DIGITS = "9" * 5000

LINES = {
    "unknown method": (["method=fog"], "method=fog: there is no such method; choose one of ace, all_at_once"),
    "unknown env": (["env=alfwrld"], "env=alfwrld: there is no such env"),
    "unknown backbone": (["backbone=gtp-4o"], "backbone=gtp-4o: there is no such backbone"),
    "unknown role model": (["backbone.agent=gtp-4o"], "gtp-4o"),
    "misspelt setting": (["methd=fgo"], "did you mean 'method'?"),
    "unknown key": (["env.train_sise=3"], "did you mean 'env.train_size'?"),
    "added unknown key": (["+env.colour=red"], "env.colour"),
    "unknown setting": (["+sede=3"], "unknown setting 'sede'"),
    "value of the wrong kind": (["seed=abc"], "seed='abc'"),
    "no list": (["env=reasoning_gym", "env.families=gcd"], "env.families=gcd: must be a list, such as '[one,two]'"),
    "no part": (["method=fgo", "method.cluster=3"], "method.cluster=3: must be a part: a name of its own group"),
    "value out of range": (["trials=0"], "trials=0"),
    "integer that no record can hold": (
        ["method.steps=99999999999999999999"],
        "method.steps holds an integer beyond 64",
    ),
    "seed that no record can hold": (["seed=99999999999999999999"], "seed holds an integer beyond 64 bits"),
    "number without end": (["timeouts.task=inf"], "timeouts.task holds a number that is not finite"),
    "fewer steps than none": (["method.steps=-1"], "method.steps=-1: at least 0 optimizer calls"),
    "environment's choice": (["env.data=reel"], "env.data=reel: choose one of generated, real, auto"),
    "environment's size": (["env.train_size=-1"], "env.train_size=-1"),
    "unknown executor": (["executor=slurm"], "executor=slurm: there is no such executor; choose one of local, ray"),
    "no address of a cluster": (["executor=ray", "executor.address=ray://host:1"], "write null, auto or HOST:PORT"),
    "setting of another executor": (["executor.players=2"], "it is a setting of executor=ray; add that"),
    "host that no name is": (["executor=ray", f"executor.address={LONG}:1"], "write null, auto or HOST:PORT"),
    "port of too many digits": (["executor=ray", f"executor.address=a:{DIGITS}"], "write null, auto or HOST:PORT"),
    "method of many letters": ([f"method={LONGER}"], "AAA...: there is no such method"),
    "env of many letters": ([f"env={LONGER}"], "AAA...: there is no such env"),
    "role of many letters": ([f"backbone.agent={LONG}"], "backbone.agent: unknown model"),
    "launcher of many letters": ([f"hydra/launcher={LONGER}"], "File name too long"),
    "experiment of many letters": ([f"+experiment={LONGER}"], "AAA...: there is no such experiment"),
    "integer of many digits": ([f"seed={DIGITS}"], "seed holds an integer beyond 64 bits"),
    "integers of many digits": (["-m", f"trials={DIGITS},1"], "trials holds an integer beyond 64 bits"),
    "results folder of a long name": ([f"results_dir={LONG}"], "AAA...: holds a name of more than 255 bytes"),
    "results folder of a long path": ([f"results_dir={DEEP}"], "is longer than 2500 bytes"),
    "results folder of nobody": (["results_dir=~nobody.here/x"], "names no home folder of this machine"),
    "presets of nobody": (["--config-dir", "~nobody.here"], "names no home folder of this machine"),
    "folder of prompts of a long name": ([f"roles.prompts={LONG}"], "holds a name of more than 255 bytes"),
    "module of a long name": ([f"env.initial_module={LONG}"], "holds a name of more than 255 bytes"),
    "data of a long name": (["env.data=real", f"env.data_dir={LONG}"], "File name too long"),
    "folder of presets of a long name": (["--config-dir", LONG], "holds a name of more than 255 bytes"),
    "name that no folder takes": ([f"method.name={LONG}"], "is too long for the name of a folder"),
    "option of a sweep": (["sweep", "--list", "--nonsense"], "--nonsense: options do not belong here"),
    "word of a sweep": (["sweep", "--list", "fgo"], "'fgo' is no setting"),
    "cluster to try out": (["doctor", "--ray", "ray://127.0.0.1:10001"], "write local, auto or HOST:PORT"),
    "no cluster to try out": (["doctor", "--ray", ""], "write local, auto or HOST:PORT"),
    "no setting": (["seed"], "'seed' is neither a command nor a setting"),
    "no setting further on": (["seed=1", "fgo"], "'fgo' is no setting"),
    "no command": (["leadrboard"], "did you mean 'leaderboard'?"),
    "no option": (["method=fgo", "--results=x"], "there is no option --results"),
    "no option of a command that is none": (["lineage", "--results", "x"], "'lineage' is neither"),
    "not a class": (["env._target_=nothing.Here"], "env._target_=nothing.Here: cannot be imported"),
    "no data": (["env.data=real"], "harness data alfworld"),
    "no such folder": (["results_dir=/proc/nowhere"], "/proc/nowhere"),
    "no such module": (["env.initial_module=nowhere.txt"], "nowhere.txt"),
    "no such prompts": (["roles.prompts=nowhere"], "nowhere"),
    "missing key": (["backbone=gpt-4o"], "OPENAI_API_KEY"),
    "missing key of the paper's roles": (["backbone=paper"], "OPENAI_API_KEY"),
    "unknown run": (["show", "abc"], "no run 'abc'"),
    "unknown option": (["runs", "--colour"], "--colour"),
    "nothing to prepare": (["data", "custom"], "choose one of alfworld"),
}


@pytest.mark.parametrize("case", LINES)
def test_one_clear_line_and_exit_code_2(case: str, harness: Run, tmp_path: Path) -> None:
    words, said = LINES[case]
    ran = harness(*words)
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert "Traceback" not in ran.err
    if words[0] != "runs":  # the option parser adds its usage
        assert len(ran.err.strip().splitlines()) == 1, ran.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "content", "said"),
    [
        (["method=own"], b"a: [b", "line 1, column 4"),
        (["method=own"], b"a: \xff", "it is not UTF-8"),
        (["method=own"], f"a: {DIGITS}".encode(), "a preset holds an integer beyond 64 bits"),
        (["backbone.agent=own"], b"a: [b", "own.yaml cannot be read"),
    ],
)
def test_a_preset_of_the_users_own_that_is_no_yaml(
    words: list[str], content: bytes, said: str, harness: Run, tmp_path: Path
) -> None:
    for group in ("method", "backbone"):
        (tmp_path / group).mkdir()
        (tmp_path / group / "own.yaml").write_bytes(content)
    ran = harness("--config-dir", ".", *words)
    assert (ran.code, ran.err.count("\n")) == (2, 1), ran.err
    assert said in ran.err


def test_an_error_of_a_class_of_the_users_own_does_not_reach_the_terminal_raw(harness: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text('raised = RuntimeError("env \\x1b[31mboom")\n\n\ndef Bad():\n    raise raised\n')
    ran = harness("env=bad.Bad")
    assert ran.code == 1
    assert "RuntimeError: env \\x1b[31mboom" in ran.err
    assert "\x1b" not in ran.err


def test_alfworld_data_that_points_nowhere(harness: Run) -> None:
    ran = harness("env.data=real", env={"ALFWORLD_DATA": "/nowhere"})
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "/nowhere (ALFWORLD_DATA)" in ran.err


@pytest.fixture
def games(tmp_path: Path) -> Path:
    """Real-looking game files on disk, as `alfworld-download` lays them out."""
    folder = tmp_path / "games"
    for split, count in (("train", 12), ("valid_unseen", 6)):
        words = [str(folder), "--count", str(count), "--seed", "1", "--split", split]
        subprocess.run(
            [sys.executable, "-m", "envs.alfworld.generate", *words], cwd=ROOT, check=True, capture_output=True
        )
    return folder


def test_game_files_are_played_from_disk(harness: Run, games: Path) -> None:
    ran = harness("env.data=real", "method=vanilla", "env.train_size=12", env={"ALFWORLD_DATA": str(games)})
    assert ran.code == 0, ran.err


def broken_games(game: dict[str, object]) -> dict[str, str]:
    domain, problem = str(game["pddl_domain"]), str(game["pddl_problem"])
    return {
        "not JSON": "hello",
        "truncated": json.dumps(game)[:5000],
        "lacks a key": json.dumps({key: value for key, value in game.items() if key != "grammar"}),
        "unknown construct in the domain": json.dumps(game | {"pddl_domain": domain.replace("(when", "(whenever")}),
        "unknown construct in the problem": json.dumps(game | {"pddl_problem": problem.replace("(exists", "(perhaps")}),
    }


@pytest.mark.parametrize("how", broken_games({"pddl_domain": "", "pddl_problem": ""}))
def test_a_broken_game_file_is_named(how: str, harness: Run, games: Path, tmp_path: Path) -> None:
    victim = next((games / "json_2.1.1" / "train").glob("*/*/game.tw-pddl"))
    victim.write_text(broken_games(json.loads(victim.read_text()))[how])
    ran = harness("env.data=real", "env.train_size=12", env={"ALFWORLD_DATA": str(games)})
    assert ran.code == 2, ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert victim.parent.name in ran.err
    assert not list(tmp_path.glob("results/runs/*/*/*/*/result.json"))


def test_a_full_disk_stops_the_run_with_one_line_and_the_same_command_goes_on(
    harness: Run, environ: dict[str, str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "harness", *SMALL]
    limited = ["bash", "-c", 'ulimit -f 100; exec "$@"', "bash", *command]  # files of 100 KiB at most
    done = subprocess.run(limited, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "disk is full" in done.stderr.strip().splitlines()[-1]
    assert not list(tmp_path.glob("results/runs/*/*/*/*/result.json"))
    assert harness(*SMALL).code == 0


def test_a_disk_that_is_really_full(environ: dict[str, str], tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    mounted = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], check=False, capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("a small file system cannot be mounted here (needs root)")
    try:
        command = [sys.executable, "-m", "harness", *SMALL, f"results_dir={disk}/results"]
        done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        assert "disk is full" in done.stderr.strip().splitlines()[-1]
        assert not list(disk.glob("results/runs/*/*/*/*/result.json"))
    finally:
        subprocess.run(["umount", disk], check=True)
