"""The door: every model call and every other effect of a run passes here.

key -> journal -> single flight -> a free slot -> retries -> durable append -> ledger -> clock -> answer.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from harness.core import clock
from harness.core.domain import Purpose, Role, Usage
from harness.core.errors import left
from harness.core.messages import Answer, Call, Form, Message, ToolSchema
from harness.llm.backbone import ModelSpec
from harness.llm.causes import ContextWindowExceeded
from harness.llm.flights import Flights
from harness.llm.identity import CallKey, effect_key, provider_seed, sample_of
from harness.llm.key_set import KeySet
from harness.llm.keys import hold
from harness.llm.ledger import Ledger
from harness.llm.outcome import Outcomes
from harness.llm.patience.gate import Gates
from harness.llm.patience.retry import Retry
from harness.llm.providers.protocol import Provider
from harness.llm.purse import Purse
from harness.llm.redact import clean_value, redact
from harness.llm.standing import Shape, Standing
from harness.llm.storage.journal import Journal
from harness.llm.storage.records import (
    PROBE,
    Record,
    decode,
    encode,
    read_answer,
    read_usage,
    write_answer,
    write_usage,
)
from harness.llm.storage.store import AnswerStore
from harness.llm.truncation import is_cut

_log = logging.getLogger(__name__)

SHARED = "shared"
"""Marks a record of the journal whose answer another run paid for."""

REFUSED = "refused"
"""Of a record whose call the provider refused: its words."""

OnAnswer = Callable[[Role, Purpose, Answer, bool], None]
"""Called after each answer with its role, purpose, itself, and whether it was paid for just now."""


class _Landed(NamedTuple):
    """A record that is durable, with the answer of a call that was paid for just now."""

    record: Record
    answer: Answer | None = None


class Door:
    """Asks models, each call at most once.

    Parameters
    ----------
    models
        The backbone of each role.
    seed
        The run's seed; part of every call's sample.
    on_answer
        For budgets and progress. What it raises reaches the asker; the answer is in the journal by then.
    gates
        Where calls wait for their turn; doors of one process share theirs.
    store
        Answers that other runs paid for, and where ours are shared. Simulated models cost nothing and do not use it.
    purse
        The run's limits of money and tokens; doors of one run share theirs.
    """

    def __init__(
        self,
        models: Mapping[Role, ModelSpec],
        journal: Journal,
        *,
        ledger: Ledger,
        provider: Provider,
        seed: int,
        on_answer: OnAnswer | None = None,
        retry: Retry | None = None,
        gates: Gates | None = None,
        store: AnswerStore | None = None,
        purse: Purse | None = None,
    ) -> None:
        self._models = models
        self._journal = journal
        self._ledger = ledger
        self._provider = provider
        self._seed = seed
        self._on_answer = on_answer
        hold(models.values())
        self._keys = {role: CallKey(spec.identity()) for role, spec in models.items()}
        served = {role: spec for role, spec in models.items() if spec.api_base is not None}
        self._earlier_keys = {role: CallKey(spec.earlier_identity()) for role, spec in served.items() if len(journal)}
        self._flights: Flights[_Landed] = Flights()
        self._store = store
        self._purse = purse or Purse(None, None)
        retry = retry or Retry()
        self._outcomes = Outcomes(
            provider,
            retry=retry,
            gates=gates or Gates(retry.longest),
            standing=Standing(self._recorded),
            check=journal.check,
        )
        self._refused = KeySet()
        self._cut = KeySet()

    @property
    def journal(self) -> Journal:
        """Where answers are kept."""
        return self._journal

    async def ask(
        self,
        role: Role,
        messages: Sequence[Message],
        *,
        purpose: Purpose,
        trial: int = 0,
        attempt: int = 0,
        tools: Sequence[ToolSchema] = (),
        form: Form | None = None,
        guide: Form | None = None,
    ) -> Answer:
        """Return the answer of a role's model; from the journal if this call was ever answered.

        Parameters
        ----------
        trial, attempt
            The logical position of the call. Equal calls at one position are one call with one answer.
        form
            What the answer is to look like, all of it.
        guide
            What it is to look like where the model may reason before; models that would lose the thread are held to
            it as to a form (`ModelSpec.guided`).

        Raises
        ------
        InfrastructureError
            If the provider cannot be reached after the last try.
        ContextWindowExceeded
            If the prompt does not fit.
        ProviderRefused
            If the provider will never answer such a call: no key, no credit, unknown model, bad request.
        """
        sample = sample_of(self._seed, purpose, trial=trial, attempt=attempt)
        spec = self._models[role]
        form = form or (guide if spec.guided else None)
        key = self._keys[role](messages, sample, tools, form)
        recorded_as = key
        if role in self._earlier_keys and key not in self._journal:
            # A journal from when a model's server was part of the key.
            earlier = self._earlier_keys[role](messages, sample, tools, form)
            recorded_as = earlier if earlier in self._journal else key
        record, answer = self._journal.get(recorded_as), None
        paid = False
        if record is None:
            paid = key not in self._flights
            seed = provider_seed(sample) if spec.sends_seed else None
            call = Call(tuple(messages), tools, form, seed)
            record, answer = await self._flights.once(
                key, lambda: self._answered(key, role, call=call, purpose=purpose, trial=trial, attempt=attempt)
            )
        if record.kind == "refusal":
            raise ContextWindowExceeded(record.result)
        paid = paid and SHARED not in record.about
        if REFUSED in record.about:
            self._refused.add(key)
        answer = answer or read_answer(record.result)
        if spec.asked_directly and is_cut(messages, answer, count=lambda text: self.count_tokens(role, text)):
            self._note_cut(spec, key)
        self._ledger.ask(key, purpose, role=role, usage=answer.usage)
        if PROBE in record.about:
            self._ledger.ask(effect_key(PROBE, key), Purpose.PROBE, role=role, usage=read_usage(record.about[PROBE]))
        clock.advance(answer.usage.seconds)
        if self._on_answer is not None:
            self._on_answer(role, purpose, answer, paid)
        return answer

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        """Return the JSON-like result of `compute()`; from the journal if (`kind`, `inputs`) was ever computed.

        What `compute` raises reaches all who wait for it and is not journaled. It must not ask models: that goes
        through `ask`. Its result is the same on the first run and on a resume (a tuple comes back as a list).
        """
        key = effect_key(kind, inputs)
        record = self._journal.get(key)
        if record is None:
            record, _ = await self._flights.once(key, lambda: self._compute(key, kind, compute=compute))
        return record.result

    @property
    def refused(self) -> int:
        """How many of the run's calls the provider refused; each counts once, in a replay as well."""
        return len(self._refused)

    @property
    def cut(self) -> int:
        """How many of the run's prompts the server cut without a word; each counts once, in a replay as well."""
        return len(self._cut)

    def count_tokens(self, role: Role, text: str) -> int:
        """Return the length of a text in the tokens of a role's model."""
        return self._provider.count_tokens(self._models[role], text)

    def context_window(self, role: Role) -> int:
        """Return how many tokens a role's model takes."""
        spec = self._models[role]
        return spec.context_window or self._provider.context_window(spec)

    async def drain(self, seconds: float | None = None) -> int:
        """Wait until calls that nobody waits for any more are journaled; after `seconds` cancel the rest.

        Returns how many were cancelled. Call it before the journal is closed.
        """
        return await self._flights.drain(seconds)

    async def _answered(
        self, key: str, role: Role, *, call: Call, purpose: Purpose, trial: int, attempt: int
    ) -> _Landed:
        spec = self._models[role]
        about = {"model": spec.id, "trial": trial, "attempt": attempt}

        def probed(usage: Usage) -> None:
            self._purse.spend([(spec.id, usage)])
            self._ledger.pay(Purpose.PROBE, role, usage=usage)
            if self._on_answer is not None:
                self._on_answer(role, Purpose.PROBE, Answer("", usage), True)

        async def record() -> _Landed:
            try:
                outcome = await self._outcomes.of(spec, key, call=call, paid=probed)
            except ContextWindowExceeded as error:  # the model's last word on this prompt: a replay must hear it too
                said = redact(str(error))
                return _Landed(Record(key, "refusal", role=role.value, purpose=purpose.value, about=about, result=said))
            noted = about if outcome.refusal is None else {**about, REFUSED: outcome.refusal}
            if outcome.probe is not None:
                noted = {**noted, PROBE: write_usage(outcome.probe)}
            written = write_answer(outcome.answer)
            result = clean_value(written)
            made = Record(key, "answer", role=role.value, purpose=purpose.value, about=noted, result=result)
            same = result == written and isinstance(outcome.answer.tool_calls, tuple)
            return _Landed(made, outcome.answer if same else read_answer(result))

        async def paid() -> _Landed:
            async with self._purse.reserving(spec, call) as took:
                made = await record()
                took(Usage() if made.answer is None else made.answer.usage)
                return made

        if self._store is None or spec.simulated:
            made = await paid()
            await self._journal.append(made.record)
        else:
            async with self._store.claim(key) as shared:
                made = await paid() if shared is None else _Landed(replace(shared, about={**about, SHARED: True}))
                await self._journal.append(made.record)
                if shared is None and REFUSED not in made.record.about:
                    await self._store.put(made.record)
        if made.answer is not None:
            self._ledger.pay(purpose, role, usage=made.answer.usage)
        return made

    def _note_cut(self, spec: ModelSpec, key: str) -> None:
        if not self._cut:
            _log.warning(
                "%s read far fewer tokens than a prompt has: its server cuts prompts at its own window; raise that "
                "(OLLAMA_CONTEXT_LENGTH) or lower context_window",
                spec.id,
            )
        self._cut.add(key)

    def _recorded(self, model: str, shape: Shape) -> bool:
        """Return whether the journal holds an answer of a model; of calls with tools or a form, from the same roles."""
        tools, form = shape
        roles = {Role.AGENT.value} if tools else {Role.EVALUATOR.value} if form else {role.value for role in Role}
        return any(
            record.kind == "answer"
            and record.role in roles
            and record.about.get("model") == model
            and REFUSED not in record.about
            for record in self._journal.records()
        )

    async def _compute(self, key: str, kind: str, *, compute: Callable[[], Awaitable[Any]]) -> _Landed:
        try:
            computed = await compute()
        except SystemExit as leaving:
            raise left(f"env: what effect {kind!r} computes", leaving) from None
        result = decode(encode(clean_value(computed)))
        record = Record(key, "effect", role="", purpose="", about={"effect": kind}, result=result)
        await self._journal.append(record)
        return _Landed(record)
