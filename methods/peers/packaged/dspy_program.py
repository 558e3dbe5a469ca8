"""The agent as a DSPy program, and the package's MIPROv2 with our models and rollouts behind it.

The one file that imports `dspy` (3.4); `methods.peers.mipro` imports it when it trains.
"""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dspy
from dspy.teleprompt import MIPROv2

from methods.peers.packaged.proposals import Attempted, Request

Ask = Callable[[Request], str]
"""Asks the optimizer's model."""

Score = Callable[[str, Sequence[str], Sequence[int] | None], float]
"""Scores an instruction with demonstrations in [0, 1]: on tasks by number, or (None) in full."""


@dataclass(frozen=True)
class Settings:
    """Of a search.

    Attributes
    ----------
    candidates
        Instructions, and sets of demonstrations.
    demos
        The most demonstrations of a set; 0 searches instructions alone.
    trials
        None for the package's own rule.
    minibatch
        Tasks of a trial; None where every trial is a full evaluation.
    full_every
        Trials between two full evaluations.
    summary
        Whether the optimizer sums the tasks up first.
    seed
        At least 1.
    """

    candidates: int
    demos: int
    trials: int | None
    minibatch: int | None
    full_every: int
    summary: bool
    seed: int


def search(
    instruction: str, attempts: Sequence[Attempted], pool: Sequence[int], *, settings: Settings, ask: Ask, score: Score
) -> tuple[str, list[str]]:
    """Let the package search; return the instruction and the demonstrations that it chooses.

    Parameters
    ----------
    attempts
        The tasks of the summary and the demonstrations.
    pool
        Numbers of the tasks that minibatches are drawn from.
    """
    agent = Agent(instruction, Attempts(attempts))
    model = dspy.BaseLM("harness/optimizer")
    optimizer = Optimizer(
        score,
        metric=lambda example, prediction, trace=None: attempts[example["number"]].success,  # noqa: ARG005
        prompt_model=model,
        task_model=model,
        auto=None,
        num_candidates=settings.candidates,
        max_bootstrapped_demos=settings.demos,
        max_labeled_demos=0,
        seed=settings.seed,
    )
    rule = optimizer._set_num_trials_from_num_candidates(agent, settings.demos == 0, settings.candidates)
    with dspy.context(adapter=Form(ask)), quiet():
        best = optimizer.compile(
            agent,
            trainset=[
                dspy.Example(number=number, task=one.task, truth=one.truth).with_inputs("number")
                for number, one in enumerate(attempts)
            ],
            valset=[dspy.Example(number=number).with_inputs("number") for number in pool],
            num_trials=rule if settings.trials is None else settings.trials,
            minibatch=settings.minibatch is not None,
            minibatch_size=settings.minibatch or len(pool),
            minibatch_full_eval_steps=settings.full_every,
            program_aware_proposer=False,
            data_aware_proposer=settings.summary,
        )
    return pair(best)


class Attempts(list[Attempted]):
    """Attempts by number; the package's copies of a program share them."""

    def __deepcopy__(self, memo: Mapping[int, Any]) -> Attempts:
        return self


class Agent(dspy.Module):  # type: ignore[misc]
    """The agent: one predictor, whose instructions and demonstrations are searched. A call is a rollout."""

    def __init__(self, instruction: str, attempts: Attempts) -> None:
        super().__init__()
        self.act = dspy.Predict(dspy.Signature("number: int -> attempt", instruction))
        self.attempts = attempts

    def forward(self, number: int) -> Any:
        """Return what the untouched agent made of a task: all that demonstrations are taken from."""
        prediction = dspy.Prediction(attempt=self.attempts[number].attempt)
        dspy.settings.trace.append((self.act, {"number": number}, prediction))
        return prediction


class Form(dspy.Adapter):  # type: ignore[misc]
    """Where the package turns a signature into a prompt: ours asks through the Lab."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self.ask = ask

    def __call__(
        self, lm: Any, *, lm_kwargs: Any, signature: Any, demos: Any, inputs: Mapping[str, Any]
    ) -> list[dict[str, str]]:
        """Return the one completion of a signature, whose one output is a text."""
        del lm, lm_kwargs, demos
        ((output, wanted),) = signature.output_fields.items()
        parts = [
            (field.json_schema_extra["prefix"], str(inputs[name]))
            for name, field in signature.input_fields.items()
            if name != "basic_instruction" and inputs.get(name)
        ]
        described = wanted.json_schema_extra["desc"]
        request = Request(signature.instructions, described, parts=parts, instruction=inputs.get("basic_instruction"))
        return [{output: self.ask(request)}]


class Optimizer(MIPROv2):  # type: ignore[misc]
    """MIPROv2, whose candidates are scored on the Lab."""

    def __init__(self, score: Score, **settings: Any) -> None:
        super().__init__(**settings)
        self.score_pair = score

    def _bootstrap_fewshot_examples(self, *args: Any, **named: Any) -> Any:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return super()._bootstrap_fewshot_examples(*args, **named)

    def _optimize_prompt_parameters(
        self, program: Any, instructions: Any, demonstrations: Any, evaluate: Any, *rest: Any
    ) -> Any:
        del evaluate
        return super()._optimize_prompt_parameters(program, instructions, demonstrations, self._evaluated, *rest)

    def _evaluated(self, program: Agent, *, devset: Sequence[Any], callback_metadata: Mapping[str, str]) -> Any:
        full = callback_metadata["metric_key"] == "eval_full"
        numbers = None if full else [int(example["number"]) for example in devset]
        return dspy.Prediction(score=100 * self.score_pair(*pair(program), numbers))


def pair(program: Agent) -> tuple[str, list[str]]:
    """Return the instruction and the demonstrations of a program."""
    return program.act.signature.instructions, [demo["attempt"] for demo in program.act.demos]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the package's log and warnings off the screen, which shows the run."""
    log = logging.getLogger("dspy")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(before)
