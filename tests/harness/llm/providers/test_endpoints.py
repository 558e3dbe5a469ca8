"""Both ways to an endpoint, LiteLLM and direct, against a real server on loopback. LiteLLM's import takes seconds."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from harness import simulated as sim
from harness.core.errors import InfrastructureError
from harness.core.messages import Answer, Call, Message, ToolCall, ToolSchema
from harness.llm.backbone import ModelSpec
from harness.llm.causes import Cause, ContextWindowExceeded, NoAnswer, ProviderRefused, classify
from harness.llm.patience.retry import Retry
from harness.llm.providers.routing import Providers

from .openai_server import Server, completion, fault, openai_server

pytestmark = pytest.mark.slow
PROVIDERS = Providers()
HI = [Message("system", "Be brief."), Message("user", "hi")]
LOOK = ToolSchema("look", "Looks.", {"type": "object", "properties": {"at": {"type": "string"}}})


@pytest.fixture(params=["litellm", "direct"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[Server]:
    async with openai_server() as running:
        running.direct = request.param == "direct"
        yield running
        await PROVIDERS.close()


def spec_of(server: Server, **changes: Any) -> ModelSpec:
    return ModelSpec(
        **{"id": "openai/gpt-4o", "api_base": server.url, "timeout": 10, "direct": server.direct, **changes}
    )


async def ask(spec: ModelSpec, messages: list[Message] = HI, **changes: Any) -> Answer:
    return await PROVIDERS.complete(spec, Call(messages, **changes))


async def retried(spec: ModelSpec) -> tuple[Answer, list[float]]:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    return await Retry(tries=3, sleep=sleep)(lambda: ask(spec), spec, "k"), waits


async def test_an_answer_with_usage_and_price(server: Server):
    server.will(200, completion())
    answer = await ask(spec_of(server, temperature=0.5, max_tokens=9, options={"stop": ["x"]}), seed=3)
    assert (answer.text, answer.finish, answer.snapshot) == ("hello", "stop", "gpt-4o-2024-08-06")
    usage = answer.usage
    assert (usage.calls, usage.prompt, usage.cached, usage.completion, usage.reasoning) == (1, 100, 64, 20, 7)
    assert usage.usd == pytest.approx((36 * 2.5 + 64 * 1.25 + 20 * 10) / 1e6)
    assert usage.seconds > 0
    sent = server.requests[0]
    assert (sent["model"], sent["temperature"], sent["max_tokens"], sent["seed"]) == ("gpt-4o", 0.5, 9, 3)
    assert sent["stop"] == ["x"]
    assert sent["messages"] == [{"role": m.role, "content": m.content} for m in HI]


async def test_a_price_of_ones_own_and_an_unknown_one(server: Server):
    server.will(200, completion(model="mine"))
    priced = {"prompt": 1.0, "cached": 0.0, "completion": 2.0}
    assert (await ask(spec_of(server, id="openai/mine", price=priced))).usage.usd == pytest.approx(76e-6)
    assert (await ask(spec_of(server, id="openai/mine"))).usage.usd is None


async def test_missing_usage_is_unknown_not_free(server: Server):
    body = completion()
    del body["usage"]
    server.will(200, body)
    usage = (await ask(spec_of(server))).usage
    assert (usage.calls, usage.usd) == (1, None)


@pytest.mark.parametrize(("finish", "ours"), [("stop", "stop"), ("length", "length"), ("content_filter", "filter")])
async def test_why_it_stopped(server: Server, finish: str, ours: str):
    server.will(200, completion("partly", finish))
    answer = await ask(spec_of(server))
    assert (answer.finish, answer.text) == (ours, "partly")


async def test_a_refusal_is_an_answer(server: Server):
    server.will(200, completion(None, message={"refusal": "I cannot."}))
    answer = await ask(spec_of(server))
    assert (answer.finish, answer.text) == ("filter", "I cannot.")


async def test_native_tool_calls(server: Server):
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at": "x"}'}}
    server.will(200, completion(None, "tool_calls", message={"tool_calls": [call]}))
    answer = await ask(spec_of(server), tools=[LOOK])
    assert answer.tool_calls == (ToolCall("c1", "look", '{"at": "x"}'),)
    assert (answer.finish, answer.text) == ("tool_calls", "")
    follow = [*HI, Message("assistant", "", answer.tool_calls), Message("tool", "a pen", tool_call_id="c1")]
    await ask(spec_of(server), follow, tools=[LOOK])
    sent = server.requests[1]
    assert sent["tools"][0]["function"]["name"] == "look"
    assert sent["messages"][2]["tool_calls"][0]["function"]["arguments"] == '{"at": "x"}'
    assert sent["messages"][3]["tool_call_id"] == "c1"


async def test_textual_tool_calls(server: Server):
    text = 'I look.\n```json\n{"tool": "look", "arguments": {"at": {"deep": 1}}}\n```'
    server.will(200, completion(text))
    answer = await ask(spec_of(server, tools="text"), tools=[LOOK])
    assert (answer.text, answer.finish) == ("I look.", "tool_calls")
    assert answer.tool_calls[0].arguments == '{"at": {"deep": 1}}'
    follow = [*HI, Message("assistant", "", answer.tool_calls), Message("tool", "a pen", tool_call_id="call_0")]
    await ask(spec_of(server, tools="text"), follow, tools=[LOOK])
    sent = server.requests[1]
    assert "tools" not in sent
    assert "look: Looks." in sent["messages"][0]["content"]
    assert sent["messages"][3] == {"role": "user", "content": "Result of look:\na pen"}


async def test_a_schema_goes_along(server: Server):
    server.will(200, completion("{}"))
    await ask(spec_of(server), form={"type": "object"})
    assert server.requests[0]["response_format"]["json_schema"]["schema"] == {"type": "object"}


async def test_what_a_model_does_not_take_is_left_out_with_a_note(server: Server, caplog: pytest.LogCaptureFixture):
    if server.direct:  # learns it from the endpoint; LiteLLM has a table
        said = "Unsupported parameter: 'temperature' is not supported with this model."
        server.will(400, fault(said, "unsupported_parameter"))
    server.will(200, completion())
    for _ in range(2):
        await ask(spec_of(server, id="openai/o3-mini", temperature=0.5))
    assert all("temperature" not in request for request in server.requests[-2:])
    assert len(server.requests) == (3 if server.direct else 2)
    assert caplog.text.count("o3-mini does not take temperature") == 1


async def test_max_tokens_goes_under_its_newer_name_where_the_older_is_refused(server: Server):
    said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    server.will(400, fault(said, "unsupported_parameter"))
    server.will(200, completion())
    answer = await ask(spec_of(server, id="openai/ours-r1", max_tokens=7))
    assert (answer.text, answer.usage.reasoning) == ("hello", 7)
    assert server.requests[1].get("max_completion_tokens") == 7
    assert "max_tokens" not in server.requests[1]


async def test_a_schema_that_an_endpoint_does_not_take_is_left_out(server: Server):
    server.will(400, fault("response_format is not supported by this server"))
    server.will(200, completion("{}"))
    assert (await ask(spec_of(server, id="openai/old-server"), form={"type": "object"})).text == "{}"
    assert "response_format" not in server.requests[1]


async def test_a_rate_limit_waits_as_long_as_it_is_told(server: Server):
    server.will(429, fault("slow down", "rate_limit_exceeded"), retry_after="7")
    server.will(200, completion())
    answer, waits = await retried(spec_of(server))
    assert (answer.text, waits, len(server.requests)) == ("hello", [7.0], 2)


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, fault("oops")), (503, "busy"), (200, completion(choices=[])), (200, "not json"), (0, "")],
)
async def test_a_fault_is_tried_again_by_us_alone(server: Server, status: int, body: Any):
    server.will(status, body)
    server.will(200, completion())
    answer, waits = await retried(spec_of(server))
    assert answer.text == "hello"
    assert (len(waits), len(server.requests)) == (1, 2)


@pytest.mark.parametrize("status", [201, 206])
async def test_a_good_answer_is_one_under_any_status_of_success(server: Server, status: int):
    server.will(status, completion())
    answer, waits = await retried(spec_of(server))
    assert (answer.text, waits, len(server.requests)) == ("hello", [], 1)


async def test_a_provider_that_is_down_is_an_infrastructure_error(server: Server):
    with pytest.raises(InfrastructureError, match="openai/gpt-4o cannot be reached, 3 tries"):
        await retried(spec_of(server, api_base="http://127.0.0.1:9/v1"))


@pytest.mark.parametrize(
    ("status", "body", "raised"),
    [
        (401, fault("Incorrect API key provided: sk-abcdefgh12345", "invalid_api_key"), ProviderRefused),
        (404, fault("The model `x` does not exist", "model_not_found"), ProviderRefused),
        (400, fault("Unknown parameter"), ProviderRefused),
        (429, fault("You exceeded your current quota, please check", "insufficient_quota"), ProviderRefused),
        (400, fault("This model's maximum context length is 9", "context_length_exceeded"), ContextWindowExceeded),
    ],
)
async def test_what_will_never_work_is_asked_once(server: Server, status: int, body: Any, raised: type):
    server.will(status, body)
    with pytest.raises(raised) as caught:
        await retried(spec_of(server))
    assert len(server.requests) == 1
    assert "sk-abc" not in str(caught.value)


async def test_a_server_of_ones_own_never_sees_the_usual_key(server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "the-usual-key")
    monkeypatch.setenv("MY_KEY", "my-own-key")
    server.will(200, completion())
    await ask(spec_of(server))
    await ask(spec_of(server, api_key_env="MY_KEY"))
    assert "the-usual-key" not in "".join(server.headers)
    assert "my-own-key" in server.headers[1]


def test_tokens_and_windows_need_no_network():
    spec = ModelSpec(id="openai/gpt-4o")
    assert PROVIDERS.count_tokens(spec, "hello world") == 2
    assert PROVIDERS.count_tokens(ModelSpec(id="ollama/llama3"), "hello world <|endoftext|>") > 2
    assert PROVIDERS.context_window(spec) == 128_000
    with pytest.raises(ProviderRefused, match="set its context_window"):
        PROVIDERS.context_window(ModelSpec(id="hosted_vllm/mine"))


@pytest.mark.parametrize("model", ["sim/small", "sim/large", "sim/reasoner"])
async def test_the_simulated_model_answers_the_same_through_litellm(model: str):
    direct, through = ModelSpec(id=model), ModelSpec(id=model, options={"litellm": True})
    turns = [Message("assistant", "Thought: go. Action: look"), Message("user", "You see a drawer 1, a pen 2.")]
    for messages in (HI, [*HI, *turns], [*HI, *turns * 20]):
        for seed in (0, 7):
            one = await ask(direct, messages, seed=seed)
            assert one == await ask(through, messages, seed=seed)
            assert one.usage.usd is not None
            assert one.usage.seconds > 0


@pytest.mark.parametrize("options", [{}, {"litellm": True}])
async def test_a_prompt_beyond_the_simulated_window_is_told_apart(options: dict[str, Any]):
    spec = ModelSpec(id="sim/small", options=options)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        await ask(spec, [Message("user", "word " * (sim.context_window("sim/small", {}) + 1))])
    assert classify(caught.value) is Cause.CONTEXT_WINDOW


@pytest.mark.parametrize(
    ("model", "base"),
    [("ollama_chat/llama3.1", ""), ("hosted_vllm/Qwen/Qwen2.5-7B-Instruct", "/v1"), ("openai/mine", "/v1/")],
)
async def test_presets_of_servers_of_ones_own_speak_openais_protocol(server: Server, model: str, base: str):
    server.will(200, completion())
    spec = ModelSpec(id=model, api_base=server.url.removesuffix("/v1") + base, timeout=10, tools="text")
    assert spec.asked_directly
    assert (await ask(spec)).text == "hello"
    assert server.headers[0].startswith("POST /v1/chat/completions ")
    assert server.requests[0]["model"] == model.partition("/")[2]


async def test_a_response_without_end_is_no_answer_so_that_one_prompt_does_not_end_a_run(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not server.direct:
        pytest.skip("LiteLLM reads a response whole")
    monkeypatch.setattr("harness.llm.providers.direct.MAX_BODY", 2**20)
    server.will(200, completion("x" * 2**20))
    with pytest.raises(NoAnswer, match="the response is longer than 1 MiB") as caught:
        await ask(spec_of(server))
    assert classify(caught.value) is Cause.NO_ANSWER
    assert caught.value.answer.usage.calls == 1
