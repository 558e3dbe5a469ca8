"""The outside world of a replay: the recorded journal, and models that are never asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from harness.core.domain import Purpose, Role
from harness.core.messages import Answer, Call, Message
from harness.llm.backbone import ModelSpec
from harness.llm.door import Door
from harness.llm.identity import effect_key, provider_seed, sample_of
from harness.llm.providers.routing import Providers
from harness.llm.redact import one_line
from harness.llm.storage.journal import MissingRecord
from harness.llm.storage.records import decode, encode


class Recorded:
    """A provider that counts tokens but answers nothing: every answer must come from the journal."""

    def __init__(self) -> None:
        self._counting = Providers()

    async def complete(self, spec: ModelSpec, *_: Any) -> Answer:
        """Raise: a replay asks no model."""
        raise MissingRecord(f"a replay asks no model, and the journal lacks an answer of {spec.id}")

    async def close(self) -> None:
        """Do nothing."""

    def count_tokens(self, spec: ModelSpec, text: str) -> int:
        """Return the length of a text in the model's tokens."""
        return self._counting.count_tokens(spec, text)

    def context_window(self, spec: ModelSpec) -> int:
        """Return how many tokens the model takes."""
        return self._counting.context_window(spec)


class ReplayDoor(Door):
    """A door that says which call its journal lacks."""

    async def ask(self, role: Role, messages: Sequence[Message], **where: Any) -> Answer:
        """See `Door.ask`."""
        try:
            return await super().ask(role, messages, **where)
        except MissingRecord as missing:
            at = ", ".join(f"{name} {where[name]}" for name in ("purpose", "trial", "attempt") if where.get(name))
            raise MissingRecord(f"a call of the {role} ({at}): {missing}") from None


@dataclass(frozen=True, slots=True)
class Heard:
    """A call of a run: who was asked what, and the recorded answer."""

    role: Role
    purpose: Purpose
    messages: tuple[Message, ...]
    answer: Answer


class ListeningDoor(ReplayDoor):
    """A door that keeps the calls of one role, each once, in the order in which they are first asked."""

    def __init__(self, *arguments: Any, role: Role, heard: dict[str, Heard], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._role = role
        self._heard = heard

    async def ask(self, role: Role, messages: Sequence[Message], **where: Any) -> Answer:
        """See `Door.ask`."""
        answer = await super().ask(role, messages, **where)
        if role is self._role:
            purpose = where["purpose"]
            place = (purpose, where.get("trial", 0), where.get("attempt", 0))
            key = effect_key("heard", [*place, [[message.role, message.content] for message in messages]])
            self._heard.setdefault(key, Heard(role, purpose, tuple(messages), answer))
        return answer


class Drift:
    """What came out differently when it was done again.

    Attributes
    ----------
    done
        How many effects and simulated answers were done again.
    found
        One line for each that differs or could not be done.
    """

    def __init__(self) -> None:
        self.done = 0
        self.found: list[str] = []


ASKED_ELSEWHERE = ("embedding",)
"""Effects that another machine computes."""


class RecomputingDoor(ReplayDoor):
    """A door that recomputes what can be recomputed, and continues with what was recorded.

    Effects (clusterings, tool results, searches) and the answers of the embedded model. Other models and scripts are
    not asked.
    """

    def __init__(self, *arguments: Any, drift: Drift, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._drift = drift
        self._again = Providers()
        self._seen: set[str] = set()

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        """Return the recorded result, and compare it with a new one."""
        recorded = await super().effect(kind, inputs, compute)
        if kind in ASKED_ELSEWHERE:
            return recorded
        self._drift.done += 1
        try:
            again = decode(encode(await compute()))
        except Exception as error:  # whatever an environment's tool runs into on this machine
            self._drift.found.append(f"effect {kind}: could not be done again ({one_line(error)})")
        else:
            if again != recorded:
                self._drift.found.append(f"effect {kind}: recorded {short(recorded)}, here {short(again)}")
        return recorded

    async def ask(self, role: Role, messages: Sequence[Message], **where: Any) -> Answer:
        """Return the recorded answer, and compare that of the embedded model with a new one."""
        answer = await super().ask(role, messages, **where)
        spec = self._models[role]
        if spec.embedded:
            self._drift.done += 1
            sample = sample_of(
                self._seed, where["purpose"], trial=where.get("trial", 0), attempt=where.get("attempt", 0)
            )
            call = Call(messages, where.get("tools", ()), where.get("form"), provider_seed(sample))
            again = await self._again.complete(spec, call)
            if again != answer:
                texts = f"recorded {short(answer.text)}, here {short(again.text)}"
                self._drift.found.append(f"simulated answer ({role}, {where['purpose']}): {texts}")
        return answer


def short(value: Any, limit: int = 80) -> str:
    """Return a value as text, cut to a number of characters."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 4] + " ..."
