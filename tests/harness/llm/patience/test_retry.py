from email.utils import formatdate
from types import SimpleNamespace

import pytest

from harness.core.errors import BudgetSpent, InfrastructureError
from harness.llm.backbone import ModelSpec
from harness.llm.causes import ContextWindowExceeded, ProviderRefused
from harness.llm.patience.retry import Retry, retry_after
from harness.llm.redact import one_line, redact

SPEC = ModelSpec(id="openai/gpt-4o")


def failing(name: str, status: int, message: str = "", **headers: str) -> Exception:
    error = type(name, (Exception,), {})(message)
    error.status_code = status
    error.response = SimpleNamespace(headers={name.replace("_", "-"): value for name, value in headers.items()})
    return error


class Call:
    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.tries = 0

    async def __call__(self) -> str:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


async def waits_of(call: Call, key: str = "k", **settings: float) -> list[float]:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    assert await Retry(sleep=sleep, **settings)(call, SPEC, key) == "answer"
    return waits


async def test_waits_double_with_jitter_and_are_the_same_at_every_run():
    errors = [failing("InternalServerError", 500) for _ in range(5)]
    waits = await waits_of(Call(*errors))
    assert all(0.5 * 2**n <= wait <= 2**n for n, wait in enumerate(waits))
    assert len(waits) == 5
    assert waits == await waits_of(Call(*errors))
    assert waits != await waits_of(Call(*errors), key="other")


async def test_retry_after_is_honoured_up_to_the_longest_wait():
    errors = [failing("RateLimitError", 429, Retry_After=value) for value in ("7", "0.25", "9999")]
    assert await waits_of(Call(*errors)) == [7.0, 0.25, 120.0]
    assert await waits_of(Call(failing("RateLimitError", 429, retry_after_ms="1500"))) == [1.5]


@pytest.mark.parametrize("value", ["soon", "-1", "nan", "inf"])
def test_a_retry_after_that_says_nothing_is_ignored(value: str):
    assert retry_after(failing("RateLimitError", 429, retry_after=value)) is None


def test_retry_after_may_be_a_date():
    assert retry_after(failing("E", 429, retry_after=formatdate(1030, usegmt=True)), lambda: 1000.0) == 30.0


@pytest.mark.parametrize(
    ("error", "raised", "tries"),
    [
        (failing("InternalServerError", 500), InfrastructureError, 3),
        (failing("AuthenticationError", 401, "bad key sk-abcdefghijk"), ProviderRefused, 1),
        (failing("ContextWindowExceededError", 400), ContextWindowExceeded, 1),
        (BudgetSpent("enough"), BudgetSpent, 1),
        (KeyError("bug"), KeyError, 1),
    ],
)
async def test_after_the_last_try_comes_the_error_of_the_cause(error: Exception, raised: type, tries: int):
    async def sleep(_: float) -> None: ...

    call = Call(*[error] * 9)
    with pytest.raises(raised) as caught:
        await Retry(tries=3, sleep=sleep)(call, SPEC, "k")
    assert type(caught.value) is raised
    assert call.tries == tries
    assert "sk-abc" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_keys_never_show(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOME_API_KEY", "my very own key")
    said = redact(
        "sk-proj-abc_DEF123 and my very own key; Bearer eyJhbGciOi.x ; AIzaSyA1234567890abc ; "
        "https://me:pass@host/v1?key=topsecret"
    )
    for secret in ("abc_DEF", "very own", "eyJ", "AIza", "pass", "topsecret"):
        assert secret not in said
    assert one_line(ValueError("a\n  b")) == "ValueError: a b"
    assert len(one_line(ValueError("x" * 9999))) < 350
