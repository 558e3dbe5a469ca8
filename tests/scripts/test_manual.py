"""The manual: built strictly where MkDocs is, without a network; its reference is that of the code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.main import COMMANDS
from harness.records.schema import RolloutRow
from harness.run.config.presets import options
from tests.conftest import ROOT
from tests.harness.reports.site.browser import DESKTOP, PHONE, browser, missing, view, wait

pytest.importorskip("material", reason="the manual needs the packages of requirements-docs.lock: make docs")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    # A proxy that nobody listens at: whatever the build asks of a network fails.
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    environ = {**os.environ, **nowhere, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return out


def test_every_command_has_its_reference(site: Path) -> None:
    page = (site / "reference" / "commands.html").read_text()
    assert all(f"harness {name}" in page for name in COMMANDS)
    assert "--recompute" in page


def test_every_preset_has_its_reference(site: Path) -> None:
    page = (site / "reference" / "settings.html").read_text()
    assert all(name in page for group in ("method", "env", "backbone", "experiment") for name in options(group))


def test_every_field_of_a_rollout_has_its_reference(site: Path) -> None:
    page = (site / "reference" / "record.html").read_text()
    assert all(f"<code>{name}</code>" in page for name in RolloutRow.model_fields)


def test_the_python_api_comes_from_docstrings(site: Path) -> None:
    page = (site / "reference" / "python.html").read_text()
    assert all(name in page for name in ("check_environment", "LabStandIn", "compare_paired"))
    assert "Hold an environment against" in page


def test_pages_ask_nothing_of_a_network_but_where_a_reader_follows_a_link(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text()
        assert 'src="http' not in text, page
        assert "fonts.googleapis" not in text, page


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_no_page_is_wider_than_a_desktop_or_a_phone(site: Path, tmp_path: Path) -> None:
    pages = ("index", "tutorial", "models", "reference/commands", "reference/settings", "reference/record")
    with browser(tmp_path / "profile") as driver:
        for size in (DESKTOP, PHONE):
            view(driver, size)
            for number, page in enumerate(pages):
                driver.get((site / f"{page}.html").as_uri())
                wait(driver, "article h1")
                assert driver.execute_script("return document.documentElement.scrollWidth") <= size[0], page
                driver.save_screenshot(str(tmp_path / f"{size[0]}-{number}.png"))


def test_the_records_types_are_those_that_one_writes(site: Path) -> None:
    page = (site / "reference" / "record.html").read_text()
    assert "FieldInfo" not in page
    assert "list[StepRow]" in page
