"""The reference of settings, from the help text and the packaged config."""

from __future__ import annotations

from collections.abc import Iterator

from harness.cli.help import GROUPS, SETTINGS
from harness.run.config.presets import conf_dir, options

LEADS = {"experiment": "+experiment="}


def settings() -> str:
    """Return the page."""
    lines = [
        "# Settings",
        "",
        "A run is described by words `NAME=VALUE`: `python -m harness method=fgo env=alfworld seed=1`. "
        "`python -m harness --cfg job` prints every setting of a command, resolved.",
        "",
        "## The most used",
        "",
        "| setting | meaning |",
        "|---|---|",
        *(f"| {_names(name)} | {_cell(meaning)} |" for name, meaning in SETTINGS.items()),
        "",
        "## All settings and their defaults",
        "",
        _yaml(conf_dir().joinpath("config.yaml").read_text()),
    ]
    for group, meaning in GROUPS.items():
        lines += [f"## {group}", "", f"{meaning[0].upper()}{meaning[1:]}.", "", *_presets(group)]
    return "\n".join(lines)


def _presets(group: str) -> Iterator[str]:
    for name in options(group):
        path = conf_dir() / group / f"{name}.yaml"
        if path.is_file():
            yield from (f"### {LEADS.get(group, f'{group}=')}{name}", "", _yaml(path.read_text()))


def _yaml(text: str) -> str:
    return f"```yaml\n{text.rstrip()}\n```\n"


def _names(names: str) -> str:
    return f"`{names}`".replace("|", "\\|")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
