"""`harness doctor`: what is missing on this machine, and the command that mends it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.table import Table
from rich.text import Text

from harness.cli.hooks import of_environment
from harness.cli.output import console
from harness.core.errors import ConfigError
from harness.core.extras import install
from harness.core.finding import Finding, Level
from harness.llm.preflight import VARIABLES
from harness.run.config.presets import options
from harness.run.config.settings import Executor

app = typer.Typer(add_completion=False)

STYLE = {"fine": "green", "optional": "yellow", "missing": "bold red"}
NEEDED = ("hydra-core", "omegaconf", "litellm", "scikit-learn", "numpy", "pandas", "alfworld", "datasets", "wandb")


@app.command()
def doctor(
    results: Annotated[Path, typer.Option(help="The results folder to check.")] = Path("results"),
    ray: Annotated[
        str | None,
        typer.Option(help="Try executor=ray as well: `local` starts a cluster and a player; or auto, or HOST:PORT."),
    ] = None,
) -> None:
    """Say what is missing on this machine, and the command that mends it. Exit code 1 if anything needed is missing."""
    address = None if ray is None else _address(ray)
    findings = [
        *on_platform(sys.platform),
        *_python(),
        *_packages(),
        *_results(results),
        *_environments(),
        *_executors(address),
        *_keys(),
    ]
    table = Table()
    for title in ("what", "state", "to mend it"):
        table.add_column(title, overflow="fold")
    for finding in findings:
        table.add_row(finding.what, Text(finding.state, style=STYLE[finding.level]), Text(finding.mend))
    console().print(table)
    raise typer.Exit(int(any(finding.level == "missing" for finding in findings)))


def on_platform(name: str) -> Iterator[Finding]:
    """Yield what of the harness works on a platform, by its name in `sys.platform`."""
    if name.startswith("linux"):
        yield Finding("platform", "fine", "Linux")
    elif name == "darwin":
        only = "env=gaia needs Linux, where its sandbox is; everything else runs, and is tested on Linux alone"
        yield Finding("platform", "optional", state="macOS", mend=only)
    else:
        yield Finding(
            "platform", "missing", state=name, mend="use Linux, macOS, or Linux in WSL: files are locked with fcntl"
        )


def _python() -> Iterator[Finding]:
    fine = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield Finding(
        "Python",
        "fine" if fine else "missing",
        state=sys.version.split()[0],
        mend="" if fine else "use Python 3.11 to 3.13",
    )


def _packages() -> Iterator[Finding]:
    for name in NEEDED:
        found = _version(name)
        yield Finding(
            name, "fine" if found else "missing", state=found or "not installed", mend="" if found else "make setup"
        )


def _results(folder: Path) -> Iterator[Finding]:
    there = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            writable = True
    except OSError:
        writable = False
    free = shutil.disk_usage(there).free / 1e9
    mend = "" if writable else "choose another with results_dir=DIR"
    yield Finding("results folder", "fine" if writable else "missing", state=f"{there}, {free:.0f} GB free", mend=mend)


def _environments() -> Iterator[Finding]:
    for env in options("env"):
        findings = of_environment(env, "doctor", name="findings")
        if findings is not None:
            yield from findings()


def _address(text: str) -> str:
    """Return what `--ray` says.

    Raises
    ------
    ConfigError
        If it is no address of a cluster.
    """
    try:
        Executor(kind="ray", address=None if text == "local" else text)
    except ValidationError:
        raise ConfigError(
            f"--ray {text!r}: write local, auto or HOST:PORT, and start it on a machine of the cluster"
        ) from None
    return text


def _executors(address: str | None) -> Iterator[Finding]:
    found = _version("ray")
    if found is None:
        level: Level = "optional" if address is None else "missing"
        yield Finding("executor=ray", level, state="not installed", mend=f"{install('ray')} (only for executor=ray)")
    elif address is None:
        yield Finding(
            "executor=ray", "fine", state=f"ray {found}, not tried", mend="harness doctor --ray local tries it"
        )
    else:
        from harness.run.players.cluster.trial import try_out

        yield try_out(None if address == "local" else address)


def _keys() -> Iterator[Finding]:
    for provider, names in VARIABLES.items():
        if names:
            there = any(os.environ.get(name) for name in names)
            mend = "" if there else f"export {names[0]}=... (only for its models; backbone=sim needs no key)"
            yield Finding(
                f"{provider} key", "fine" if there else "optional", state="set" if there else "not set", mend=mend
            )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
