"""Errors of providers by cause, and what is done about each: one table.

`docs/models.md` shows the table; `harness.llm.policy_table` writes it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.core.errors import AnswerError, HarnessError, InfrastructureError
from harness.core.messages import Answer


class ProviderRefused(HarnessError):
    """The provider will never answer such a call (no key, no credit, unknown model, bad request): the run stops."""


class CallRefused(ProviderRefused):
    """The provider refuses this call; whether it refuses others too, the door finds out."""


class ContextWindowExceeded(AnswerError):
    """A prompt does not fit the model: the fitting policy failed."""


class MalformedResponse(Exception):
    """A provider's response is not what its protocol promises (no choices, no JSON): a transient fault."""


class NoAnswer(Exception):
    """A response of status 200 that holds no answer: no choice, an empty text without tokens, reasoning alone.

    Attributes
    ----------
    answer
        What there is: an empty text, why it ended, and what it took.
    """

    def __init__(self, why: str, answer: Answer) -> None:
        super().__init__(why)
        self.answer = answer


class ErrorInside(Exception):
    """An error that a provider sends with status 200; its code, where it has one, is the status that it means."""

    def __init__(self, error: Any) -> None:
        code = error.get("code") if isinstance(error, Mapping) else None
        said = error.get("message") if isinstance(error, Mapping) else error
        super().__init__(f"the response holds an error: {_shown(said or error)}")
        number = str(code) if isinstance(code, str | int) else ""
        self.status_code = int(number) if number.isdecimal() and len(number) == 3 else 502


def _shown(said: Any) -> str:
    try:
        return str(said)[:2000]
    except RecursionError:
        return "nested too deep to be shown"


class Cause(StrEnum):
    """Why a call brought no usable answer."""

    RATE_LIMIT = "rate limit (429)"
    TRANSIENT = "timeout, 5xx, lost connection, torn answer, an error inside status 200"
    NO_ANSWER = "status 200 without an answer: no choice, empty without tokens, reasoning alone, beyond 16 MiB"
    REFUSED = "no key, no credit, unknown model, a redirect"
    CALL = "400, 403, 413, 422 or another 4xx about a request, whatever it says"
    CONTEXT_WINDOW = "prompt beyond the window"
    FILTER = "content filter"
    MALFORMED = "an answer that a role cannot read"
    BUG = "not the provider's error"


class Counts(StrEnum):
    """What a call that ended so counts as, after the last try."""

    LATER = "nothing: its task is tried again later, else the run is `incomplete`"
    STOP = "nothing: the run stops, exit code 1, nothing lost"
    CALL = "an empty answer, counted as `refused_calls`; if the model has answered no such call yet, the run stops"
    FITTING = "the fitting policy failed (`context.policy`); an agent's episode ends"
    ANSWER = "an empty answer, counted as `refused_calls`"
    TOKENS = "its tokens; then the old module stays, counted as `unread_answers`"
    BUG = "a bug: the run stops with a traceback"


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done about a cause.

    Attributes
    ----------
    retried
        Whether the door asks the provider again. A malformed answer is asked again by the role that reads it, in a
        call of its own that shows the error.
    last
        What is raised after the last try; None where the error passes as it is.
    tries
        The most tries, the first included, for this cause; None: `retries.tries`.
    shrinks
        Whether concurrency shrinks.
    """

    retried: bool
    counts: Counts
    last: type[HarnessError] | None
    tries: int | None = None
    shrinks: bool = False


POLICIES = {
    Cause.RATE_LIMIT: Policy(True, Counts.LATER, InfrastructureError, shrinks=True),
    Cause.TRANSIENT: Policy(True, Counts.LATER, InfrastructureError),
    Cause.NO_ANSWER: Policy(True, Counts.CALL, None, tries=4),
    Cause.REFUSED: Policy(False, Counts.STOP, ProviderRefused),
    Cause.CALL: Policy(False, Counts.CALL, CallRefused),
    Cause.CONTEXT_WINDOW: Policy(False, Counts.FITTING, ContextWindowExceeded),
    Cause.FILTER: Policy(False, Counts.ANSWER, CallRefused),
    Cause.MALFORMED: Policy(False, Counts.TOKENS, AnswerError),
    Cause.BUG: Policy(False, Counts.BUG, None),
}

# Names of classes of LiteLLM, openai, httpx, aiohttp and the simulated model. Matched by name along the MRO, so that
# none of them needs to be imported; the first group that matches decides.
_BY_NAME = (
    (Cause.NO_ANSWER, {"NoAnswer"}),
    (Cause.CONTEXT_WINDOW, {"ContextWindowExceededError", "SimContextWindowError"}),
    (Cause.FILTER, {"ContentPolicyViolationError", "ContentFilterFinishReasonError"}),
    (Cause.RATE_LIMIT, {"RateLimitError"}),
    (
        Cause.REFUSED,
        {
            "AuthenticationError", "NotFoundError", "UnsupportedParamsError", "BudgetExceededError",
            "LiteLLMUnknownProvider",
        },
    ),
    (
        Cause.CALL,
        {"BadRequestError", "InvalidRequestError", "PermissionDeniedError", "UnprocessableEntityError"},
    ),
    (
        Cause.TRANSIENT,
        {
            "Timeout", "APITimeoutError", "APIConnectionError", "InternalServerError", "ServiceUnavailableError",
            "BadGatewayError", "APIResponseValidationError", "JSONSchemaValidationError", "TransportError",
            "ClientError", "MalformedResponse", "ErrorInside", "TimeoutError", "ConnectionError", "JSONDecodeError",
            "gaierror",
        },
    ),
)  # fmt: skip
_CONTEXT = (
    "context_length_exceeded", "maximum context length", "context window", "prompt is too long", "context size",
    "model's context length", "maximum number of tokens allowed", "request too large", "prompt too long",
    "input is too long", "input length", "maximum allowed length", "exceeds the maximum sequence length",
)  # fmt: skip
_TOKENS_BEYOND = re.compile(r"exceed|longer than|must be <=|too many|too long|maximum|at most")
_FILTER = (
    "content_filter", "content_policy_violation", "responsibleaipolicyviolation", "content filter", "content filtering",
    "content management policy", "content exists risk", "usage policy", "safety system", "invalid_prompt",
)  # fmt: skip
_ACCOUNT = (
    "insufficient_quota", "credit balance is too low", "billing_hard_limit_reached", "billing_not_active",
    "insufficient balance", "insufficient_credits", "insufficient credits", "api key not valid", "invalid api key",
    "invalid_api_key", "api_key_invalid", "expiredtoken", "security token", "used all available credits",
)  # fmt: skip
# OpenAI words its exhausted credit so. Gemini words its limits per minute in the same way, and those do pass.
_OPENAI_CREDIT = "exceeded your current quota, please check your plan and billing details"
_OF_ALL_CALLS = (401, 402, 404, 405, 407, 410)
_OF_ONE_CALL = (400, 403, 413, 422)
_PASSING = (408, 409, 424, 425, 499)


def classify(error: BaseException) -> Cause:
    """Return the cause of what a provider raised."""
    status, said = _status(error), _said(error)
    if _no_account(error, status, said=said):
        return Cause.REFUSED
    names = {cls.__name__ for cls in type(error).__mro__}
    if "APIConnectionError" in names and any(isinstance(link, ImportError) for link in chain(error)):
        return Cause.REFUSED  # LiteLLM calls a package that it misses a lost connection
    named = next((cause for cause, group in _BY_NAME if names & group), None)
    if named in (Cause.CONTEXT_WINDOW, Cause.FILTER, Cause.NO_ANSWER):
        return named
    if status is not None and 400 <= status < 500 and status not in (*_OF_ALL_CALLS, *_PASSING, 429):
        return _of_one_call(status, said)
    if status is not None and status < 300:  # no answer came with it: 101, say
        return named or Cause.TRANSIENT
    return _by_status(status) or named or Cause.BUG


def _by_status(status: int | None) -> Cause | None:
    if status is None:
        return None
    if status == 429:
        return Cause.RATE_LIMIT
    if status in _PASSING or status >= 500:
        return Cause.TRANSIENT
    return Cause.REFUSED if status < 500 else None


def _of_one_call(status: int, said: str) -> Cause:
    beyond = "token" in said and _TOKENS_BEYOND.search(said) is not None and "max_tokens" not in said
    if status == 413 or beyond or any(words in said for words in _CONTEXT):
        return Cause.CONTEXT_WINDOW
    return Cause.FILTER if any(words in said for words in _FILTER) else Cause.CALL


def _no_account(error: BaseException, status: int | None, *, said: str) -> bool:
    # A status about one request says nothing of the account, whatever its prompt made a filter quote.
    if status == 402 or (status not in _OF_ONE_CALL and any(words in said for words in _ACCOUNT)):
        return True
    return _OPENAI_CREDIT in said and getattr(error, "llm_provider", "openai") == "openai" and status == 429


def _status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _said(error: BaseException) -> str:
    """Return all that the error and the ones behind it say, in lower case: wrappers drop the provider's error code."""
    return " ".join(part for link in chain(error) for part in (str(link), str(getattr(link, "code", "")))).lower()


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that it was raised from, outermost first."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__
