import pytest

from harness.core.errors import AnswerError, InfrastructureError
from harness.llm.causes import (
    POLICIES,
    Cause,
    ContextWindowExceeded,
    Counts,
    MalformedResponse,
    ProviderRefused,
    classify,
)


def error(name: str, status: int | None = None, message: str = "", **fields: object) -> Exception:
    made = type(name, (Exception,), {})(message)
    made.status_code = status
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def behind(outer: Exception, inner: Exception) -> Exception:
    outer.__cause__ = inner
    return outer


OPENAI_QUOTA = "You exceeded your current quota, please check your plan and billing details."
TABLE = [
    (error("RateLimitError", 429, "slow down"), Cause.RATE_LIMIT),
    (error("Unknown", 429), Cause.RATE_LIMIT),
    (error("RateLimitError", 429, OPENAI_QUOTA, llm_provider="gemini"), Cause.RATE_LIMIT),
    (error("RateLimitError", 429, OPENAI_QUOTA, llm_provider="openai"), Cause.REFUSED),
    (error("RateLimitError", 429, "x", code="insufficient_quota"), Cause.REFUSED),
    (behind(error("RateLimitError", 429), error("Inner", 429, code="insufficient_quota")), Cause.REFUSED),
    (error("APIStatusError", 402, "pay"), Cause.REFUSED),
    (error("BadRequestError", 400, "Your credit balance is too low"), Cause.REFUSED),
    (error("AuthenticationError", 401), Cause.REFUSED),
    (error("PermissionDeniedError", 403), Cause.REFUSED),
    (error("NotFoundError", 404, "no such model"), Cause.REFUSED),
    (error("BadRequestError", 400, "bad tools"), Cause.REFUSED),
    (error("UnsupportedParamsError", None), Cause.REFUSED),
    (error("ContextWindowExceededError", 400), Cause.CONTEXT_WINDOW),
    (error("SimContextWindowError"), Cause.CONTEXT_WINDOW),
    (error("BadRequestError", 400, "This model's maximum context length is 8192"), Cause.CONTEXT_WINDOW),
    (error("ContentPolicyViolationError", 400), Cause.FILTER),
    (error("BadRequestError", 400, "code: content_filter"), Cause.FILTER),
    (error("Timeout", 408), Cause.TRANSIENT),
    (error("InternalServerError", 500), Cause.TRANSIENT),
    (error("ServiceUnavailableError", 503), Cause.TRANSIENT),
    (error("Overloaded", 529), Cause.TRANSIENT),
    (error("APIConnectionError"), Cause.TRANSIENT),
    (behind(error("APIConnectionError", 500), ModuleNotFoundError("no boto3")), Cause.REFUSED),
    (TimeoutError(), Cause.TRANSIENT),
    (ConnectionResetError(), Cause.TRANSIENT),
    (MalformedResponse("no choices"), Cause.TRANSIENT),
    (KeyError("bug"), Cause.BUG),
]


@pytest.mark.parametrize(
    ("raised", "cause"), TABLE, ids=[f"{type(e).__name__}-{c.name}-{i}" for i, (e, c) in enumerate(TABLE)]
)
def test_an_error_has_its_cause(raised: Exception, cause: Cause):
    assert classify(raised) is cause


def test_the_policies_are_those_of_the_specification():
    assert set(POLICIES) == set(Cause)
    table = {cause: (p.retried, p.counts, p.last) for cause, p in POLICIES.items()}
    assert table[Cause.RATE_LIMIT] == (True, Counts.NOTHING, InfrastructureError)
    assert table[Cause.TRANSIENT] == (True, Counts.NOTHING, InfrastructureError)
    assert table[Cause.REFUSED] == (False, Counts.STOP, ProviderRefused)
    assert table[Cause.CONTEXT_WINDOW] == (False, Counts.FITTING, ContextWindowExceeded)
    assert table[Cause.FILTER] == (False, Counts.ANSWER, None)
    assert table[Cause.MALFORMED] == (False, Counts.TOKENS, AnswerError)
    assert [cause for cause, policy in POLICIES.items() if policy.shrinks] == [Cause.RATE_LIMIT]
