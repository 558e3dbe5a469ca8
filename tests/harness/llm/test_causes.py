import pytest

from harness.core.domain import Usage
from harness.core.errors import AnswerError, InfrastructureError
from harness.core.messages import Answer
from harness.llm.causes import (
    POLICIES,
    CallRefused,
    Cause,
    ContextWindowExceeded,
    Counts,
    ErrorInside,
    MalformedResponse,
    NoAnswer,
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
    (error("BadRequestError", 400, "Your credit balance is too low"), Cause.CALL),
    (error("AuthenticationError", 401), Cause.REFUSED),
    (error("PermissionDeniedError", 403), Cause.CALL),
    (error("PermissionDeniedError", 403, "Your team has used all available credits"), Cause.CALL),
    (error("BadRequestError", 400, "API key not valid. Please pass a valid API key."), Cause.CALL),
    (error("EndpointError", 307), Cause.REFUSED),
    (error("EndpointError", 101), Cause.TRANSIENT),
    (error("AuthenticationError", 200), Cause.REFUSED),
    (error("NotFoundError", 404, "no such model"), Cause.REFUSED),
    (error("BadRequestError", 400, "bad tools"), Cause.CALL),
    (error("EndpointError", 422, "Failed to call a function. Please adjust your prompt."), Cause.CALL),
    (error("EndpointError", 400, "max_tokens is too large: at most 4096 tokens"), Cause.CALL),
    (error("UnsupportedParamsError", None), Cause.REFUSED),
    (error("ContextWindowExceededError", 400), Cause.CONTEXT_WINDOW),
    (error("SimContextWindowError"), Cause.CONTEXT_WINDOW),
    (error("BadRequestError", 400, "This model's maximum context length is 8192"), Cause.CONTEXT_WINDOW),
    (error("EndpointError", 413, "payload"), Cause.CONTEXT_WINDOW),
    (error("EndpointError", 451, "unavailable for legal reasons"), Cause.CALL),
    (error("EndpointError", 406), Cause.CALL),
    (error("EndpointError", 424, "failed dependency"), Cause.TRANSIENT),
    (error("EndpointError", 404, "no such model"), Cause.REFUSED),
    (error("EndpointError", 400, "However, the model's context length is only 32768 tokens."), Cause.CONTEXT_WINDOW),
    (error("EndpointError", 400, "The input (33000 tokens) is longer than the window"), Cause.CONTEXT_WINDOW),
    (error("EndpointError", 400, "The input token count exceeds the number of tokens allowed"), Cause.CONTEXT_WINDOW),
    (error("EndpointError", 422, "`inputs` tokens + `max_new_tokens` must be <= 4096."), Cause.CONTEXT_WINDOW),
    (error("EndpointError", 400, "Content Exists Risk"), Cause.FILTER),
    (error("EndpointError", 400, "Output blocked by content filtering policy"), Cause.FILTER),
    (ErrorInside({"code": 502, "message": "upstream"}), Cause.TRANSIENT),
    (ErrorInside({"code": 429, "message": "slow down"}), Cause.RATE_LIMIT),
    (ErrorInside({"code": "403", "message": "moderation"}), Cause.CALL),
    (ErrorInside("overloaded"), Cause.TRANSIENT),
    (ErrorInside({"code": 10**9}), Cause.TRANSIENT),
    (NoAnswer("empty", Answer("", Usage())), Cause.NO_ANSWER),
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


def test_every_cause_has_its_policy() -> None:
    assert set(POLICIES) == set(Cause)
    table = {cause: (p.retried, p.counts, p.last) for cause, p in POLICIES.items()}
    assert table[Cause.RATE_LIMIT] == (True, Counts.LATER, InfrastructureError)
    assert table[Cause.TRANSIENT] == (True, Counts.LATER, InfrastructureError)
    assert table[Cause.NO_ANSWER] == (True, Counts.CALL, None)
    assert table[Cause.REFUSED] == (False, Counts.STOP, ProviderRefused)
    assert table[Cause.CALL] == (False, Counts.CALL, CallRefused)
    assert table[Cause.CONTEXT_WINDOW] == (False, Counts.FITTING, ContextWindowExceeded)
    assert table[Cause.FILTER] == (False, Counts.ANSWER, CallRefused)
    assert table[Cause.MALFORMED] == (False, Counts.TOKENS, AnswerError)
    assert [cause for cause, policy in POLICIES.items() if policy.shrinks] == [Cause.RATE_LIMIT]


def test_an_error_that_is_nested_too_deep_is_told_all_the_same():
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    assert "nested too deep" in str(ErrorInside({"message": nested, "code": nested}))
    while nested:  # freed level by level
        nested = nested.pop()  # type: ignore[assignment]
