"""The site as a person meets it: opened from disk in headless Chromium, clicked through, on a phone, in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.reports.site.build import build
from tests.harness.reports.site.browser import DESKTOP, PHONE, browser, errors, missing, view, wait
from tests.harness.reports.site.planting import HOSTILE, plant, with_merge
from tests.records import write_run

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Return the site, and the names of a well-formed run with hostile texts and of one planted everywhere."""
    root = tmp_path_factory.mktemp("built")
    hostile = [f"{HOSTILE} {n}" for n in range(4)]
    folder = with_merge(root / "results", HOSTILE, tasks=hostile, settings={"note": HOSTILE})
    with_merge(root / "results", HOSTILE, tasks=hostile, settings={"note": "other"}, seed=1)
    write_run(root / "results", "vanilla", wins=(1, 1, 0, 0), tasks=hostile, text=HOSTILE)
    everywhere = with_merge(root / "results", HOSTILE, seed=2)
    plant(everywhere, HOSTILE)
    build(root / "results", root / "site")
    return root / "site", folder.path.name, everywhere.path.name


def visit(driver: Any, site: Path, address: str, selector: str) -> Any:
    driver.get("about:blank")
    driver.get(f"{site.as_uri()}/{address}")
    return wait(driver, selector)


def texts(driver: Any, selector: str) -> list[str]:
    return driver.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map((node) => node.textContent)", selector
    )


def unharmed(driver: Any) -> None:
    assert driver.execute_script("return window.PWNED") is None
    foreign = "img, iframe, object, main script, a[href^='javascript' i], [onload], [onerror]"
    assert texts(driver, foreign) == []
    assert errors(driver) == []


def test_planted_texts_are_shown_and_never_run(driver: Any, runs: tuple[Path, str, str]) -> None:
    site, good, everywhere = runs
    view(driver)
    shown = {
        f"matrix.html#{0}": ".matrix .cell",
        f"compare.html#{good}&{everywhere}": ".sides",
        "index.html": ".leaders",
    }
    for run in (good, everywhere):
        shown |= {
            f"run.html#{run}": "pre.text",
            f"run.html#{run}/lineage/0.4.2": ".diff",
            f"run.html#{run}/lineage/0.4.1": ".fact",
            f"run.html#{run}/tests": ".matrix .cell",
            f"run.html#{run}/training": ".tasks .cell",
            f"run.html#{run}/rollout/0": ".observation",
            f"run.html#{run}/rollout/14": ".evaluation",
        }
    for address, selector in shown.items():
        visit(driver, site, address, selector)
        unharmed(driver)
        if address != "index.html":
            assert HOSTILE.replace("\u2028", "").split("');")[0] in texts(driver, "main")[0].replace("\u2028", ""), (
                address
            )


def test_addresses_cannot_load_other_files(driver: Any, runs: tuple[Path, str, str]) -> None:
    for address in (
        "run.html#..%2f..%2fevil",
        "run.html#https:%2f%2fexample.org%2fx",
        "matrix.html#../../x",
        "run.html#",
    ):
        told = visit(driver, runs[0], address, ".error").text
        assert any(words in told for words in ("no such address", "Choose a run", "Not found")), told
        assert driver.execute_script("return window.PWNED") is None
    errors(driver)


def test_nothing_may_become_markup_or_code(driver: Any, runs: tuple[Path, str, str]) -> None:
    visit(driver, runs[0], "index.html", ".leaders")
    ways = (
        "document.body.innerHTML = '<b>x</b>'",
        "document.body.setAttribute('onclick', 'window.PWNED=1')",
        "document.createElement('script').src = 'https://example.org/x.js'",
    )
    for way in ways:
        with pytest.raises(Exception, match="Trusted"):
            driver.execute_script(way)
    driver.execute_script(
        "const s = document.createElement('img'); s.src = 'https://example.org/x'; document.body.append(s)"
    )
    assert any("violates the following Content Security Policy" in line for line in errors(driver))
    errors(driver)


def test_from_the_leaderboard_to_a_trajectory_by_clicks(
    driver: Any, runs: tuple[Path, str, str], tmp_path: Path
) -> None:
    site, good, _ = runs
    view(driver)
    visit(driver, site, "index.html", f".seeds a[href='run.html#{good}']").click()
    wait(driver, "#tabs a[href$='/lineage']").click()
    wait(driver, "svg.graph a.merge rect")
    driver.save_screenshot(str(tmp_path / "lineage.png"))
    wait(driver, "svg.graph a.merge").click()
    wait(driver, "svg.graph a.merge.chosen")
    assert "1 won" in texts(driver, ".detail")[0]
    assert "1 lost" in texts(driver, ".detail")[0]
    assert texts(driver, ".diff .added")
    wait(driver, ".detail .tasks td a").click()
    wait(driver, ".trajectory .step .action")
    assert "not solved" in texts(driver, ".trajectory")[0]
    driver.back()
    wait(driver, ".detail")
    unharmed(driver)


def test_tasks_by_methods_lead_to_trajectories(driver: Any, runs: tuple[Path, str, str]) -> None:
    visit(driver, runs[0], "index.html", "a[href='matrix.html#0']").click()
    cell = wait(driver, ".matrix .cell.lost")
    driver.execute_script("arguments[0].click()", cell)
    assert "not solved" in wait(driver, ".trajectory").text
    unharmed(driver)


def test_filters_and_sorting_by_keyboard(driver: Any, runs: tuple[Path, str, str]) -> None:
    from selenium.webdriver.common.keys import Keys

    head = visit(driver, runs[0], "index.html", ".leaders th:nth-child(3)")
    button = head.find_element("css selector", "button")
    for said in ("descending", "ascending"):
        button.send_keys(Keys.ENTER)
        assert head.get_attribute("aria-sort") == said
    means = [float(text) for text in texts(driver, ".leaders tbody:not(.pinned) td:nth-child(3)")]
    assert means == sorted(means)
    before = len(texts(driver, ".leaders tbody:not(.pinned) tr"))
    driver.find_element("id", "method").send_keys("vanilla")
    assert 0 < len(texts(driver, ".leaders tbody:not(.pinned) tr")) < before
    driver.execute_script("document.getElementById('axis').value='usd'")
    driver.find_element("id", "method").send_keys(Keys.BACKSPACE)
    assert "money of the training" in texts(driver, ".scatter .axis")
    assert driver.switch_to.active_element.get_attribute("id") == "method"


def test_comparing_two_runs_shows_flips_with_both_trajectories(driver: Any, runs: tuple[Path, str, str]) -> None:
    site, good, _ = runs
    vanilla = next((site.parent / "results" / "runs" / "toy" / "vanilla" / "sim").iterdir()).name
    visit(driver, site, f"compare.html#{good}&{vanilla}", ".matrix .cell")
    assert "Flipped: 2" in texts(driver, "#view h3")
    assert len(driver.find_elements("css selector", ".matrix a.cell[href*='/rollout/']")) >= 4
    unharmed(driver)


def test_a_phone_never_scrolls_sideways_and_dark_is_dark(
    driver: Any, runs: tuple[Path, str, str], tmp_path: Path
) -> None:
    site, good, _ = runs
    pages = {
        "index.html": ".leaders",
        f"run.html#{good}": ".card",
        f"run.html#{good}/lineage/0.4.2": ".detail",
        f"run.html#{good}/tests": ".matrix",
        f"run.html#{good}/rollout/3": ".trajectory",
        f"compare.html#{good}": ".sides",
    }
    for size, dark in ((PHONE, False), (DESKTOP, True)):
        view(driver, size, dark)
        for number, (address, selector) in enumerate(pages.items()):
            visit(driver, site, address, selector)
            wide, window = driver.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
            assert wide <= window, address
            driver.save_screenshot(str(tmp_path / f"{'dark' if dark else 'phone'}-{number}.png"))
    ground = "return getComputedStyle(document.body).backgroundColor"
    assert driver.execute_script(ground) == "rgb(20, 23, 26)"
    driver.find_element("id", "theme").click()
    assert driver.execute_script(ground) == "rgb(251, 251, 250)"
    driver.execute_script("localStorage.clear()")
    view(driver)
