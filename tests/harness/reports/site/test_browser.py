"""The site as a person meets it: opened from disk in headless Chromium, clicked through, on a phone, in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.reports.site.build import build
from tests.harness.reports.site.browser import DESKTOP, PHONE, browser, errors, missing, view, wait
from tests.harness.reports.site.planting import HOSTILE, plant, with_merge, with_rules
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


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site with rules, six categories, runs of several splits and runs that did not finish."""
    root = tmp_path_factory.mktemp("ruled")
    results = root / "results"
    for method in ("fgo", "batch_wise"):
        with_rules(write_run(results, method, wins=(1, 0, 1, 0, 1, 1), vanilla=(0, 0, 1, 0, 1, 0)))
    write_run(results, "other", wins=(1, 0), tasks=("elsewhere-0", "elsewhere-1"))
    write_run(results, seed=5, status="failed")
    write_run(results, seed=6, status="incomplete")
    build(results, root / "site")
    return root / "site"


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
            f"run.html#{run}/rollout/0": ".beside",
            f"pair.html#{run}/0/{run}/4": ".aligned .observation",
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
        f"pair.html#{good}/0/{good}/4": ".aligned",
        "matrix.html#0": ".heated",
        f"compare.html#{good}": ".sides",
    }
    for size, dark in ((PHONE, False), (DESKTOP, True)):
        view(driver, size, dark)
        for number, (address, selector) in enumerate(pages.items()):
            visit(driver, site, address, selector)
            assert driver.execute_script("return document.documentElement.scrollWidth") <= size[0], address
            driver.save_screenshot(str(tmp_path / f"{'dark' if dark else 'phone'}-{number}.png"))
    ground = "return getComputedStyle(document.body).backgroundColor"
    assert driver.execute_script(ground) == "rgb(20, 23, 26)"
    driver.find_element("id", "theme").click()
    assert driver.execute_script(ground) == "rgb(251, 251, 250)"
    driver.execute_script("localStorage.clear()")
    view(driver)


def test_question_truth_and_messages_are_beside_the_steps(driver: Any, runs: tuple[Path, str, str]) -> None:
    site, good, _ = runs
    view(driver)
    beside = visit(driver, site, f"run.html#{good}/rollout/0", ".beside")
    assert f"where is it? {HOSTILE} 0".replace("\u2028", "") in beside.get_attribute("textContent").replace(
        "\u2028", ""
    )
    assert "truth of" in beside.text
    assert not texts(driver, ".turn")
    driver.find_element("css selector", ".messages summary").click()
    wait(driver, ".turn")
    assert texts(driver, ".turn h4") == ["system", "user", "assistant", "tool", "assistant"]
    unharmed(driver)


def test_two_trajectories_of_one_task_stand_side_by_side(driver: Any, runs: tuple[Path, str, str]) -> None:
    site, good, _ = runs
    visit(driver, site, f"run.html#{good}/rollout/0", ".twin a[href^='pair.html']").click()
    wait(driver, ".aligned")
    assert len(texts(driver, ".aligned thead th")) == 2
    assert texts(driver, ".aligned tr.same .action")
    told = visit(driver, site, f"pair.html#{good}/0/{good}/1", ".error").text
    assert "different tasks" in told
    unharmed(driver)


def test_a_long_training_is_shown_a_page_at_a_time_and_twins_lie_on_other_pages(
    driver: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.reports.site.rollouts.PAGE", 6)
    run = with_merge(tmp_path / "results").path.name
    site = tmp_path / "site"
    build(tmp_path / "results", site)
    view(driver)
    visit(driver, site, f"run.html#{run}/tests", ".matrix .cell")
    assert len(texts(driver, ".matrix tbody tr")) == 4
    visit(driver, site, f"run.html#{run}/training", ".tasks .cell")
    assert len(texts(driver, ".tasks tbody tr")) == 4
    driver.execute_script("""
        const select = document.querySelector("[data-pages]");
        select.value = "2";
        select.dispatchEvent(new Event("input"));
    """)
    wait(driver, ".pages option[value='2'][selected]")
    assert len(texts(driver, ".tasks tbody tr")) == 3
    visit(driver, site, f"run.html#{run}/rollout/9", ".twin")
    twins = driver.find_elements("css selector", ".twin a.cell")
    assert [twin.get_attribute("href").rpartition("/")[2] for twin in twins] == ["12"]
    assert errors(driver) == []


def test_lists_are_filtered_by_outcome_and_by_rule(driver: Any, ruled: Path) -> None:
    run = next((ruled.parent / "results" / "runs" / "toy" / "fgo" / "sim").glob("*/result.json")).parent.name
    view(driver)
    visit(driver, ruled, f"run.html#{run}/tests", ".matrix .cell")
    assert len(texts(driver, ".matrix tbody tr")) == 6
    choose(driver, "Outcome", "not solved")
    assert [text[:6] for text in texts(driver, ".matrix tbody th")] == ["task-1", "task-3"]
    choose(driver, "rules", "rule b")
    assert texts(driver, ".matrix tbody th") == ["task-3"]
    assert errors(driver) == []


def test_runs_that_did_not_finish_are_listed_with_the_reason(driver: Any, ruled: Path) -> None:
    visit(driver, ruled, "index.html", ".listed")
    assert any("the provider went away" in text for text in texts(driver, ".listed td"))
    driver.execute_script(
        "const s = document.getElementById('state'); s.value = 'failed'; s.dispatchEvent(new Event('input'))"
    )
    assert len(texts(driver, ".listed tbody tr")) == 1
    assert errors(driver) == []


def test_runs_of_other_splits_are_not_compared_as_if_they_were_the_same(driver: Any, ruled: Path) -> None:
    names = {path.parent.name for path in (ruled.parent / "results").glob("runs/toy/other/*/*/result.json")}
    first = next((ruled.parent / "results").glob("runs/toy/fgo/*/*/result.json")).parent.name
    told = visit(driver, ruled, f"compare.html#{first}&{names.pop()}", "#view .error").text
    assert "share no task" in told
    assert not texts(driver, "#view .matrix")
    chosen = visit(driver, ruled, "compare.html", ".sides a")
    assert chosen
    assert not texts(driver, "#view .error")


def test_a_board_with_many_categories_fits_1400_pixels_and_links_stay_on_screen(driver: Any, ruled: Path) -> None:
    for size in ((1400, 900), PHONE):
        view(driver, size)
        visit(driver, ruled, "index.html", ".leaders .seeds a")
        places = driver.execute_script(
            "return [...document.querySelectorAll('.leaders .seeds a')].map((a) => a.getBoundingClientRect().right)"
        )
        assert places
        assert max(places) <= size[0]
        if size != PHONE:
            script = "return [...document.querySelectorAll('.scroll')].map((s) => s.scrollWidth - s.clientWidth)"
            assert max(driver.execute_script(script)) <= 0
    view(driver)


def choose(driver: Any, title: str, value: str) -> None:
    driver.execute_script(
        "const s = document.querySelector(`select[data-filter='${arguments[0]}']`);"
        "s.value = arguments[1]; s.dispatchEvent(new Event('input'))",
        title,
        value,
    )
