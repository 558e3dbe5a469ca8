"""Errors of providers by cause, and what is done about each: one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from harness.core.errors import AnswerError, HarnessError, InfrastructureError


class ProviderRefused(HarnessError):
    """The provider will never answer such a call (no key, no credit, unknown model, bad request): the run stops."""


class ContextWindowExceeded(AnswerError):
    """A prompt does not fit the model: the fitting policy failed."""


class MalformedResponse(Exception):
    """A provider's response is not what its protocol promises (no choices, no JSON): a transient fault."""


class Cause(StrEnum):
    """Why a call brought no usable answer."""

    RATE_LIMIT = "rate limit"
    TRANSIENT = "timeout, server error or lost connection"
    REFUSED = "bad request, unknown model, no key or no credit"
    CONTEXT_WINDOW = "context window exceeded"
    FILTER = "content filter"
    MALFORMED = "malformed answer"
    BUG = "not the provider's error"


class Counts(StrEnum):
    """What a call that ended so counts as."""

    NOTHING = "nothing"
    STOP = "stops the run"
    FITTING = "the fitting policy failed"
    ANSWER = "the model's answer"
    TOKENS = "its tokens"


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done about a cause.

    Attributes
    ----------
    retried
        Whether the door asks the provider again. A malformed answer is asked again by the role that reads it, in a
        call of its own that shows the error.
    shrinks
        Whether concurrency shrinks.
    last
        What is raised after the last try; None where there is an answer or the error passes as it is.
    """

    retried: bool
    counts: Counts
    last: type[HarnessError] | None
    shrinks: bool = False


POLICIES = {
    Cause.RATE_LIMIT: Policy(True, Counts.NOTHING, InfrastructureError, shrinks=True),
    Cause.TRANSIENT: Policy(True, Counts.NOTHING, InfrastructureError),
    Cause.REFUSED: Policy(False, Counts.STOP, ProviderRefused),
    Cause.CONTEXT_WINDOW: Policy(False, Counts.FITTING, ContextWindowExceeded),
    Cause.FILTER: Policy(False, Counts.ANSWER, None),
    Cause.MALFORMED: Policy(False, Counts.TOKENS, AnswerError),
    Cause.BUG: Policy(False, Counts.NOTHING, None),
}

# Names of classes of LiteLLM, openai, httpx, aiohttp and the simulated model. Matched by name along the MRO, so that
# none of them needs to be imported; the first group that matches decides.
_BY_NAME = (
    (Cause.CONTEXT_WINDOW, {"ContextWindowExceededError", "SimContextWindowError"}),
    (Cause.FILTER, {"ContentPolicyViolationError", "ContentFilterFinishReasonError"}),
    (Cause.RATE_LIMIT, {"RateLimitError"}),
    (
        Cause.REFUSED,
        {
            "AuthenticationError", "PermissionDeniedError", "NotFoundError", "BadRequestError", "InvalidRequestError",
            "UnprocessableEntityError", "UnsupportedParamsError", "BudgetExceededError", "LiteLLMUnknownProvider",
        },
    ),
    (
        Cause.TRANSIENT,
        {
            "Timeout", "APITimeoutError", "APIConnectionError", "InternalServerError", "ServiceUnavailableError",
            "BadGatewayError", "APIResponseValidationError", "JSONSchemaValidationError", "TransportError",
            "ClientError", "MalformedResponse", "TimeoutError", "ConnectionError", "JSONDecodeError", "gaierror",
        },
    ),
)  # fmt: skip
_CONTEXT = ("context_length_exceeded", "maximum context length", "context window", "prompt is too long", "context size")
_FILTER = ("content_filter", "content_policy_violation", "responsibleaipolicyviolation")
_CREDIT = (
    "insufficient_quota", "credit balance is too low", "billing_hard_limit_reached", "billing_not_active",
    "insufficient balance", "insufficient_credits", "insufficient credits",
)  # fmt: skip
# OpenAI words its exhausted credit so. Gemini words its limits per minute in the same way, and those do pass.
_OPENAI_CREDIT = "exceeded your current quota, please check your plan and billing details"


def classify(error: BaseException) -> Cause:
    """Return the cause of what a provider raised."""
    status, said = _status(error), _said(error)
    if _no_credit(error, status, said):
        return Cause.REFUSED
    names = {cls.__name__ for cls in type(error).__mro__}
    if "APIConnectionError" in names and any(isinstance(link, ImportError) for link in chain(error)):
        return Cause.REFUSED  # LiteLLM calls a package that it misses a lost connection
    named = next((cause for cause, group in _BY_NAME if names & group), None)
    if named in (Cause.CONTEXT_WINDOW, Cause.FILTER):
        return named
    if status in (400, 413, 422):
        return _bad_request(said)
    return _by_status(status) or named or Cause.BUG


def _by_status(status: int | None) -> Cause | None:
    if status is None:
        return None
    if status == 429:
        return Cause.RATE_LIMIT
    if status in (408, 409, 425) or status >= 500:
        return Cause.TRANSIENT
    return Cause.REFUSED if 400 <= status < 500 else None


def _bad_request(said: str) -> Cause:
    if any(words in said for words in _CONTEXT):
        return Cause.CONTEXT_WINDOW
    return Cause.FILTER if any(words in said for words in _FILTER) else Cause.REFUSED


def _no_credit(error: BaseException, status: int | None, said: str) -> bool:
    if status == 402 or any(words in said for words in _CREDIT):
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
