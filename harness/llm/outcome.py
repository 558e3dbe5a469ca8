"""What becomes of one call: the provider's answer, or an empty one where it refused that call alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from harness.core.domain import Usage
from harness.core.errors import InfrastructureError
from harness.core.messages import Answer, Call, Message
from harness.llm.backbone import ModelSpec
from harness.llm.causes import CallRefused, Cause, NoAnswer, ProviderRefused, classify
from harness.llm.identity import effect_key
from harness.llm.patience.gate import Gates
from harness.llm.patience.retry import Retry
from harness.llm.providers.protocol import Provider
from harness.llm.purse import price_of
from harness.llm.redact import one_line, redact
from harness.llm.standing import Standing, Turn
from harness.llm.unreported import counted, is_left_out

QUESTION = Call((Message("user", "Answer with one word: yes"),))
"""What a probe asks a model, to see whether it still answers."""

Paid = Callable[[Usage], None]
"""Called with what a probe took, as soon as it is answered."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call brought.

    Attributes
    ----------
    answer
        The model's; an empty one where the provider refused the call.
    refusal
        The provider's words, where it refused the call.
    probe
        What the probe after the refusal took, where one was sent.
    """

    answer: Answer
    refusal: str | None = None
    probe: Usage | None = None


class Outcomes:
    """Asks a provider, as often and as patiently as its errors deserve.

    Parameters
    ----------
    check
        Raises where an answer could not be kept: then none is asked for.
    """

    def __init__(
        self, provider: Provider, *, retry: Retry, gates: Gates, standing: Standing, check: Callable[[], None]
    ) -> None:
        self._provider = provider
        self._retry = retry
        self._gates = gates
        self._standing = standing
        self._check = check

    async def of(self, spec: ModelSpec, key: str, *, call: Call, paid: Paid) -> Outcome:
        """Return what becomes of a call.

        Raises
        ------
        InfrastructureError, ProviderRefused, ContextWindowExceeded
            See `Door.ask`.
        """
        empty: list[Usage] = []
        tries = 0

        async def once() -> Answer:
            nonlocal tries
            tries += 1
            return await self._once(spec, call, empty=empty)

        with self._standing.turn(spec.id, call) as turn:
            try:
                answer = await self._retry(once, spec, key)
            except CallRefused as error:
                filtered = error.__cause__ is not None and classify(error.__cause__) is Cause.FILTER
                probe = None if filtered else await self._about_one(spec, turn, why=str(error), paid=paid)
                return Outcome(
                    Answer("", _with(Usage(calls=1), empty), finish="filter"), redact(str(error)), probe=probe
                )
            except NoAnswer as nothing:
                why = f"{spec.id} does not answer: {one_line(nothing)}"
                if len(empty) < tries:  # other faults came between: the provider is not well, the prompt may be
                    raise InfrastructureError(f"{why}; start the same command again to go on") from None
                probe = await self._about_one(spec, turn, why=why, paid=paid)
                last = self._counted(spec, call, answer=nothing.answer)
                return Outcome(replace(last, usage=_with(last.usage, empty[:-1]), finish="filter"), why, probe=probe)
            turn.answered()
            answer = self._counted(spec, call, answer=answer)
            return Outcome(replace(answer, usage=_with(answer.usage, empty)) if empty else answer)

    async def _once(self, spec: ModelSpec, call: Call, *, empty: list[Usage]) -> Answer:
        """Ask once, when it is the call's turn; what an empty answer took joins `empty`, since it may be billed."""
        async with self._gates.of(spec).turn():
            self._check()
            try:
                return await self._provider.complete(spec, call)
            except NoAnswer as nothing:
                empty.append(nothing.answer.usage)
                raise

    def _counted(self, spec: ModelSpec, call: Call, *, answer: Answer) -> Answer:
        """Return an answer with its usage, as far as the provider left that out counted here."""
        if not is_left_out(answer):
            return answer
        return counted(answer, call, count=lambda text: self._provider.count_tokens(spec, text), price=price_of(spec))

    async def _about_one(self, spec: ModelSpec, turn: Turn, *, why: str, paid: Paid) -> Usage | None:
        """Return what the probe took, None where none was needed; raise unless a refusal is about one call alone."""
        empty: list[Usage] = []
        taken: Usage | None = None

        async def once() -> Answer:
            return await self._once(spec, QUESTION, empty=empty)

        async def ask() -> bool:
            nonlocal taken
            try:
                answer = await self._retry(once, spec, effect_key("probe", spec.id))
            except (CallRefused, NoAnswer):
                paid(_with(Usage(), empty))
                return False
            taken = _with(self._counted(spec, QUESTION, answer=answer).usage, empty)
            paid(taken)
            return True

        if not await self._standing.is_about_one(spec.id, turn, ask=ask):
            raise ProviderRefused(why)
        return taken


def _with(usage: Usage, empty: Sequence[Usage]) -> Usage:
    """Return what a call took, with what the provider billed for empty answers to it."""
    billed = [each for each in empty if each.prompt]
    return replace(Usage.total([usage, *billed]), calls=usage.calls, seconds=usage.seconds) if billed else usage
