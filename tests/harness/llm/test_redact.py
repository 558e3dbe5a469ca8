"""Canaries are planted wherever a key may stand; nothing that a run leaves may hold one."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.core.domain import Role
from harness.core.errors import ConfigError
from harness.llm import key_rules, redact
from harness.llm.backbone import ModelSpec
from harness.llm.preflight import preflight
from harness.llm.resolver import resolve
from tests.conftest import Run, only_run

from .provider_process import fault_provider


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests() -> Iterator[None]:
    redact.forget()
    yield
    redact.forget()


KEY = "canary-of-the-key-48151623"
USUAL = "canary-of-openai-42"
PASSWORD = "canary-of-the-password"
OTHER = "canary-of-something-else-108"
CODED = base64.b64encode(f"me:{PASSWORD}".encode()).decode()
CANARIES = (KEY, USUAL, PASSWORD, OTHER, CODED)
ENV = {"MY_PROVIDER": KEY, "MY_HEADER": f"Basic {CODED}", "OPENAI_API_KEY": USUAL, "SOME_SERVICE_TOKEN": OTHER}
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
@pytest.mark.parametrize("key", ["variable", "header"])
def test_answers_that_echo_the_key(harness: Run, tmp_path: Path, key: str) -> None:
    with fault_provider("--rate", "1", "--kinds", "echo") as server:
        own = "api_key_env=MY_PROVIDER" if key == "variable" else "options.extra_headers.Authorization=MY_HEADER"
        ran = harness(*RUN, f"backbone.model.api_base={server.url}", f"+backbone.model.{own}", env=ENV)
    assert ran.code == 0, ran.err
    assert_no_canary(tmp_path, ran.out, ran.err)
    folder = only_run(tmp_path / "results")
    assert b"Your header was " in (folder / "journal.jsonl").read_bytes(), "the server did not echo"
    assert b"[redacted]" in (folder / "journal.jsonl").read_bytes()
    assert harness("verify", str(folder)).code == 0, "verifies on a machine without the key"


@pytest.mark.slow
def test_errors_that_quote_the_key(harness: Run, tmp_path: Path) -> None:
    with fault_provider("--rate", "1", "--kinds", "auth") as server:
        ran = harness(*RUN, f"backbone.model.api_base={server.url}", "+backbone.model.api_key_env=MY_PROVIDER", env=ENV)
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


@pytest.mark.parametrize(
    "field",
    [
        {"api_base": f"http://me:{PASSWORD}@host:1/v1"},
        {"api_base": f"http://me:can/{PASSWORD}@host:1/v1"},
        {"api_base": f"https://host/v1?api-key={KEY}"},
        {"api_base": f"https://host/v1#{KEY}"},
        {"options": {"token": KEY}},
        {"options": {"extra_body": {"auth": {"x-api-key": KEY}}}},
        {"options": {"extra_headers": {"X-Team": f"Bearer {KEY}"}}},
        {"options": {"extra_headers": {"Authorization": "sk-canary12345678"}}},
        {"options": {"extra_headers": KEY}},
        {"options": {"plugins": [{"id": "web", "config": ["sk-canary12345678"]}]}},
        {"options": {"stop": ["sk-canary12345678"]}},
        {"options": {"vertex_credentials": KEY}},
        {"options": {"accessToken": KEY}},
        {"options": {"auth": {"value": KEY}}},
        {"options": {"extra_query": {"sig": KEY}}},
        {"options": {"headers": {"X-Team": KEY}}},
        {"options": {"callback": f"https://host/done?session_token={KEY}"}},
        {"api_key_env": KEY},
    ],
    ids=str,
)
def test_a_key_in_a_config_is_refused_in_a_line_that_does_not_repeat_it(field: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve({"model": {"id": "openai/x", **field}}, lambda _: {}, preset_names=())
    said = str(caught.value)
    assert "environment variable" in said
    assert "\n" not in said
    assert not [part for part in (*CANARIES, "sk-canary") if part in said]


def test_settings_that_are_no_keys_are_taken() -> None:
    options = {"max_completion_tokens": 9, "stop": ["\n"], "extra_headers": {"X-Team": "MY_TEAM"}, "top_k": 3}
    assert ModelSpec(id="openai/x", api_base="http://host:1/v1", options=options).options == options


@pytest.mark.parametrize(
    "settings",
    [
        {"api_key": KEY},
        {"db": {"password": "no-digits-in-it"}},
        {"url": f"https://host/x?apiKey={KEY}"},
        {"headers": [f"Authorization: Bearer {KEY}"]},
        {"note": "sk-canary12345678"},
        {"clients": [{"accessToken": KEY}]},
        {"credentials": {"value": KEY}},
    ],
    ids=str,
)
def test_a_key_in_a_setting_of_ones_own_parts_is_refused_and_not_repeated(settings: dict[str, Any]) -> None:
    said = key_rules.settings_problem("env", settings)
    assert said is not None
    assert said.startswith("env.")
    assert not [part for part in (*CANARIES, "sk-canary", "no-digits") if part in said]


def test_settings_of_ones_own_parts_with_odd_names_are_taken() -> None:
    settings = {
        "api_key": "MY_KEY", "sort_key": "length", "stop_token": "Observation:", "credentials": "/etc/keys.json",
        "url": "https://host/x?page=2", "note": "sort by key=value", "token": None, "max_tokens": 5, "pass": "second",
    }  # fmt: skip
    assert key_rules.settings_problem("env", settings) is None


@pytest.mark.parametrize("password", ["pa/ss", "p@ss", "a:b/c@d"])
def test_passwords_with_marks_of_addresses_leave_an_address_whole(password: str) -> None:
    assert redact.without_user(f"postgres://me:{password}@host:5432/db") == "postgres://host:5432/db"


@pytest.mark.parametrize("url", ["https://host:8080/@me", "https://host/a@b", "http://host:1/v1"])
def test_addresses_without_a_user_stay(url: str) -> None:
    assert redact.without_user(url) == url


def test_a_header_whose_variable_is_not_set_is_a_config_error() -> None:
    spec = ModelSpec(id="openai/x", api_base="http://host:1/v1", options={"extra_headers": {"X-Team": "NO_SUCH_ONE"}})
    with pytest.raises(ConfigError, match="export NO_SUCH_ONE"):
        preflight({Role.AGENT: spec})


def test_configs_for_records_and_trackers() -> None:
    redact.note(OTHER)
    config = {"a": [f"http://me:{PASSWORD}@host/v1", 1], "b": {"c": f"x{OTHER}y", "d": None}}
    assert redact.clean_config(config) == {"a": ["http://host/v1", 1], "b": {"c": "x[redacted]y", "d": None}}


def test_ordinary_words_in_the_environment_change_no_answer_and_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_PASSWORD", "postgres")
    monkeypatch.setenv("SESSION_TOKEN", "cabinet 1 and more")
    said = "Ask postgres. Action: go to cabinet 1 and more"
    assert redact.clean(said) == said
    assert redact.clean_value({"text": [said]}) == {"text": [said]}
    assert redact.clean_bytes(said.encode()) == said.encode()
    assert "postgres" not in redact.redact(said), "errors and logs are no results"


def test_short_and_ordinary_values_are_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USE_TOKEN", "true")
    monkeypatch.setenv("GREETING", "hello world")
    assert redact.clean("true: hello world, sk-learn-like words stay in answers") == (
        "true: hello world, sk-learn-like words stay in answers"
    )
    assert redact.redact("sk-abcdefgh12345") == "[redacted]"


def test_a_secret_is_found_as_json_writes_it() -> None:
    redact.note('quo"te\\dé-secret')
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
