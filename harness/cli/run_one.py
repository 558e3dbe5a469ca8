"""One run of the command line: settings, progress, the table at the end, an exit code."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cli.going_on import same_command, with_larger_budget
from harness.cli.output import say
from harness.cli.report import print_result
from harness.cli.telling import told
from harness.core.errors import BudgetSpent, HarnessError, IncompleteRun, InfrastructureError
from harness.llm.purse import LimitReached
from harness.llm.redact import redact
from harness.run.changed_sources import changed_sources
from harness.run.config.settings import Settings
from harness.run.execute import execute, finished
from harness.run.plan import plan
from harness.run.progress.display import display


def run_one(settings: Settings, words: Sequence[str]) -> int:
    """Run one config, or show its record if it is finished; return the exit code.

    Parameters
    ----------
    words
        What was typed, for the command that resumes the run.
    """
    ready = plan(settings)
    settings = ready.settings
    stored = finished(ready)
    if stored is not None:
        say("This run is finished; here is its record. (fresh=true repeats it.)\n")
        print_result(stored, ready.folder)
        return 0
    title = f"{settings.method_name} on {settings.env_name}, backbone {ready.backbone}, seed {settings.seed}"
    say(f"{title}: run {ready.run_id}")
    if changed := changed_sources(ready):
        say(changed)
    try:
        with display() as observer:
            result = execute(ready, observer)
    except LimitReached as error:
        command = with_larger_budget(error, words)
        say(f"incomplete: {error}; resume with a larger budget: {command}", error=True)
        return 1
    except (IncompleteRun, InfrastructureError, BudgetSpent) as error:
        say(f"incomplete: {redact(str(error))}; resume with: {same_command(words)}", error=True)
        return 1
    except HarnessError as error:
        return told(error)
    say()
    print_result(result, ready.folder)
    return 0
