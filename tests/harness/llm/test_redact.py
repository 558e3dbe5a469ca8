"""Canaries are planted wherever a key may stand; nothing that a run leaves may hold one."""

from __future__ import annotations

import base64
import logging
from pathlib import Path

import pytest

from harness.llm import redact
from harness.llm.backbone import ModelSpec
from tests.conftest import Run, only_run

from .provider_process import fault_provider

KEY = "canary-of-the-key-48151623"
USUAL = "canary-of-openai-42"
PASSWORD = "canary-of-the-password"
OTHER = "canary-of-something-else-108"
CODED = base64.b64encode(f"me:{PASSWORD}".encode()).decode()
CANARIES = (KEY, USUAL, PASSWORD, OTHER, CODED)
ENV = {"MY_PROVIDER": KEY, "OPENAI_API_KEY": USUAL, "SOME_SERVICE_TOKEN": OTHER}
RUN = (
    "env.train_size=6", "env.test_size=6", "env.max_steps=3", "method.subsets=2", "method.steps=2", "backbone=vllm",
    "backbone.model.id=hosted_vllm/sim/small", "+backbone.model.send_seed=true", "backbone.model.context_window=8192",
    "retries.first=0.01",
)  # fmt: skip


def assert_no_canary(folder: Path, *said: str) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        data = path.read_bytes()
        assert not [canary for canary in CANARIES if canary.encode() in data], path
    for text in said:
        assert not [canary for canary in CANARIES if canary in text]


@pytest.mark.slow
@pytest.mark.parametrize("key", ["variable", "address"])
def test_answers_that_echo_the_key_and_addresses_with_a_password(harness: Run, tmp_path: Path, key: str) -> None:
    with fault_provider("--rate", "1", "--kinds", "echo") as server:
        address = server.url.replace("://", f"://me:{PASSWORD}@")
        own = ["+backbone.model.api_key_env=MY_PROVIDER"] if key == "variable" else []
        ran = harness(*RUN, f"backbone.model.api_base={address}", *own, env=ENV)
    assert ran.code == 0, ran.err
    assert_no_canary(tmp_path, ran.out, ran.err)
    folder = only_run(tmp_path / "results")
    assert b"Your header was B" in (folder / "journal.jsonl").read_bytes(), "the server did not echo"
    assert b"[redacted]" in (folder / "journal.jsonl").read_bytes()
    assert harness("verify", str(folder)).code == 0, "verifies on a machine without the key"


@pytest.mark.slow
def test_errors_that_quote_the_key(harness: Run, tmp_path: Path) -> None:
    with fault_provider("--rate", "1", "--kinds", "auth") as server:
        address = server.url.replace("://", f"://me:{PASSWORD}@")
        ran = harness(*RUN, f"backbone.model.api_base={address}", "+backbone.model.api_key_env=MY_PROVIDER", env=ENV)
    assert ran.code == 1
    assert "refused the call" in ran.err
    assert "[redacted]" in ran.err
    assert_no_canary(tmp_path, ran.out, ran.err)


def test_tracebacks_of_bugs(harness: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import logging, os\n"
        "class Buggy:\n"
        "    async def train(self, lab, tasks):\n"
        "        logging.getLogger('mine').warning('key %s', os.environ['SOME_SERVICE_TOKEN'])\n"
        "        try:\n"
        "            raise ValueError(os.environ['OPENAI_API_KEY'])\n"
        "        except ValueError as error:\n"
        "            raise RuntimeError('Authorization: Bearer abc.def.ghi') from error\n"
    )
    ran = harness("method._target_=mine.Buggy", "env.train_size=6", "env.test_size=6", env=ENV)
    assert ran.code == 1
    assert "Traceback" in ran.err
    assert "RuntimeError" in ran.err
    assert "key [redacted]" in ran.err
    assert "abc.def.ghi" not in ran.err
    assert_no_canary(tmp_path / "results", ran.out, ran.err)


def test_a_password_in_an_address_is_no_part_of_a_models_identity() -> None:
    plain = ModelSpec(id="openai/x", api_base="http://host:1/v1")
    assert ModelSpec(id="openai/x", api_base=f"http://me:{PASSWORD}@host:1/v1").identity() == plain.identity()


def test_configs_for_records_and_trackers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SERVICE_TOKEN", OTHER)
    config = {"a": [f"http://me:{PASSWORD}@host/v1", 1], "b": {"c": f"x{OTHER}y", "d": None}}
    assert redact.clean_config(config) == {"a": ["http://host/v1", 1], "b": {"c": "x[redacted]y", "d": None}}


def test_short_and_ordinary_values_are_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USE_TOKEN", "true")
    monkeypatch.setenv("GREETING", "hello world")
    assert redact.clean("true: hello world, sk-learn-like words stay in answers") == (
        "true: hello world, sk-learn-like words stay in answers"
    )
    assert redact.redact("sk-abcdefgh12345") == "[redacted]"


def test_a_secret_is_found_as_json_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_PASSWORD", 'quo"te\\dé-secret')
    assert b"secret" not in redact.clean_bytes(b'{"a": "quo\\"te\\\\d\\u00e9-secret"}')


def test_log_lines_are_redacted(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("SOME_SERVICE_TOKEN", OTHER)
    before = logging.getLogRecordFactory()
    try:
        redact.guard()
        logging.getLogger("x").warning("token=%s", OTHER)
    finally:
        logging.setLogRecordFactory(before)
    assert "token=[redacted]" in caplog.text
