"""What `harness doctor` says of ALFWorld."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from envs.alfworld.games import ROOT, default_folder
from harness.core.extras import install
from harness.core.finding import Finding


def findings() -> Iterator[Finding]:
    """Look for real games and for TextWorld; generated games and the native engine need neither."""
    folder = default_folder()
    there = (folder / ROOT).is_dir()
    mend = "" if there else "harness data alfworld (only for env.data=real)"
    yield Finding(
        "ALFWorld games", "fine" if there else "optional", state=f"{folder}{'' if there else ': none'}", mend=mend
    )
    judge = all(find_spec(name) is not None for name in ("textworld", "fast_downward"))
    mend = "" if judge else f"{install('textworld')} (only for env.engine=textworld; not on Python 3.13)"
    yield Finding(
        "textworld", "fine" if judge else "optional", state="installed" if judge else "not installed", mend=mend
    )
