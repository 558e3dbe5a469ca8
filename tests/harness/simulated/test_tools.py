"""The simulated model with tools: native and textual calls, what it can do, asks for, writes and joins."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest

from harness.core.messages import Call, Message, ToolCall, ToolSchema
from harness.llm.providers import text_tools
from harness.llm.providers.wire import request_messages, request_tools
from harness.simulated import respond
from harness.simulated.skills.tools.abilities import TABLE_KINDS, Able, able, understand, wish
from harness.simulated.skills.tools.library import describe, name_of, write

SYSTEM = "You are a general assistant. Finish with one line:\nFINAL ANSWER: [your final answer]"
QUESTION = "The attached file lists orders. What is the total amount of bells ordered?\n\nAttached file: a.{kind}"
PATH = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
READ = ToolSchema("read_text_file", "Read a file of plain text (UTF-8).", PATH)
SUM = ToolSchema("sum_it", "Adds up the amounts of a table in csv and xlsx files.", PATH)
CSV = "town,good,amount\nA,bells,3\nB,nets,5\nA,bells,4\n"


def ask(question: str, tools: list[ToolSchema], *more: Message, textual: bool = False, **sim: Any) -> dict[str, Any]:
    messages = [Message("system", SYSTEM), Message("user", question), *more]
    request: dict[str, Any] = {"model": "sim/small", "seed": 1, "sim": {"recall": 1.0, "slip": 0.0, **sim}}
    if textual:
        messages = list(text_tools.as_text(Call(messages, tools)).messages)
    elif tools:
        request["tools"] = request_tools(tools)
    return respond({**request, "messages": request_messages(messages)})["choices"][0]


def called(name: str, arguments: dict[str, Any], result: str) -> list[Message]:
    call = ToolCall("c1", name, json.dumps(arguments))
    return [Message("assistant", "", (call,)), Message("tool", result, tool_call_id="c1")]


def test_it_calls_natively_and_answers_from_the_result() -> None:
    question = QUESTION.format(kind="csv")
    choice = ask(question, [READ])
    assert choice["finish_reason"] == "tool_calls"
    [call] = choice["message"]["tool_calls"]
    assert call["function"] == {"name": "read_text_file", "arguments": '{"path": "a.csv"}'}
    done = ask(question, [READ], *called("read_text_file", {"path": "a.csv"}, CSV))
    assert done["message"]["content"].endswith("FINAL ANSWER: 7")


def test_it_follows_the_text_protocol() -> None:
    question = QUESTION.format(kind="csv")
    said = ask(question, [READ], textual=True)["message"]
    assert '{"tool": "read_text_file", "arguments": {"path": "a.csv"}}' in said["content"]
    assert "tool_calls" not in said
    done = ask(question, [READ], *called("read_text_file", {"path": "a.csv"}, CSV), textual=True)
    assert done["message"]["content"].endswith("FINAL ANSWER: 7")


def test_without_a_reader_for_the_kind_it_fails() -> None:
    question = QUESTION.format(kind="xlsx")
    failed = ask(question, [READ], *called("read_text_file", {"path": "a.xlsx"}, "Error: UnicodeDecodeError"))
    assert failed["message"]["content"].endswith("FINAL ANSWER: unknown")


def test_it_goes_by_what_a_tool_says_of_itself_whoever_wrote_that() -> None:
    question = QUESTION.format(kind="xlsx")
    [call] = ask(question, [READ, SUM])["message"]["tool_calls"]
    assert call["function"]["name"] == "sum_it"
    result = json.dumps({"good": {"bells": 9.0, "nets": 1.0}})
    done = ask(question, [READ, SUM], *called("sum_it", {"path": "a.xlsx"}, result))
    assert done["message"]["content"].endswith("FINAL ANSWER: 9")


def test_in_its_head_it_misses_rows_and_with_a_tool_it_does_not() -> None:
    rows = "town,good,amount\n" + "".join(f"T,bells,{n}\n" for n in range(40))
    question = QUESTION.format(kind="csv")
    made = called("read_text_file", {"path": "a.csv"}, rows)
    careless = ask(question, [READ], *made, recall=0.8, sense=0.0, load=0.0)["message"]
    if "tool_calls" not in careless:
        assert not careless["content"].endswith(f"FINAL ANSWER: {sum(range(40))}")
    assert ask(question, [READ], *made)["message"]["content"].endswith(f"FINAL ANSWER: {sum(range(40))}")


WANTED = [
    *(Able("read", (kind,), inside) for kind in (*TABLE_KINDS, "txt") for inside in (False, True)),
    *(Able("total", (kind,), inside) for kind in TABLE_KINDS for inside in (False, True)),
    Able("list", ("zip",)),
    Able("count", ("png",)),
    Able("count", ("png",), True),
    Able("run", ("py",)),
    Able("page"),
]


@pytest.mark.parametrize("need", WANTED, ids=str)
def test_what_is_asked_for_is_understood_written_and_recognised(need: Able) -> None:
    sentence = wish(need.ability, *need.kinds, *([need.inside] if need.kinds else []))
    assert understand(sentence)
    assert able(sentence) == need == able(describe(need))
    draft = write(need, name_of(need))
    function = next(n for n in ast.parse(draft.source).body if isinstance(n, ast.FunctionDef) and n.name == draft.name)
    assert [argument.arg for argument in function.args.args] == list(draft.parameters["properties"])


def toolbox(*needs: Able) -> str:
    parts = []
    for need in needs:
        draft = write(need, name_of(need))
        parts.append(
            f'<tool name="{draft.name}">\n<description>{draft.description}</description>\n'
            f"<parameters>{json.dumps(draft.parameters)}</parameters>\n<source>\n{draft.source}\n</source>\n</tool>"
        )
    return "<toolbox>\n" + "\n\n".join(parts) + "\n</toolbox>"


def asked(role: str, user: str, *more: tuple[str, str], **sim: Any) -> str:
    messages = [("system", f"You are the {role} of an agent."), ("user", user), *more]
    request = {
        "model": "sim/small",
        "seed": 1,
        "sim": {"recall": 1.0, "error": 0.0, "slip": 0.0, **sim},
        "messages": [{"role": role, "content": text} for role, text in messages],
    }
    return str(respond(request)["choices"][0]["message"]["content"])


def test_as_evaluator_it_names_the_missing_capability() -> None:
    user = (
        f'{toolbox()}\n<task category="Level 1">\n{QUESTION.format(kind="pdf")}\n</task>\n'
        '<ground_truth>\n9\n</ground_truth>\n<attempt outcome="failure">\nAnswer: unknown\n</attempt>'
    )
    reading = json.loads(asked("evaluator", user))
    assert (reading["verdict"], reading["advice"]) == ("incorrect", wish("read", "pdf"))
    later = json.loads(asked("evaluator", user.replace(toolbox(), toolbox(Able("read", ("pdf",))))))
    assert later["advice"] == wish("total", "pdf")


def experience(advice: str) -> str:
    return (
        '<experience category="Level 1" outcome="failure">\n<task>\nq\n</task>\n<attempt>\nAnswer: x\n</attempt>\n'
        f"<evaluation>\nverdict: incorrect\nfailed: x\npattern: y\nadvice: {advice}\n</evaluation>\n</experience>"
    )


def actions(answer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(answer[answer.index("{") :])["actions"]
    return found


def test_as_optimizer_it_adds_revises_and_leaves_alone() -> None:
    needs = [wish("read", "pdf"), wish("read", "xlsx", True), wish("list", "zip"), "Be careful."]
    user = f"{toolbox(Able('read', ('xlsx',)), Able('list', ('zip',)))}\n" + "\n".join(map(experience, needs))
    done = {(action["do"], action.get("name", "").rpartition("_")[2]) for action in actions(asked("optimizer", user))}
    assert done == {("add", "pdf"), ("revise", "xlsx"), ("finish", "")}


def test_a_slip_of_the_pen_is_mended_when_it_comes_back() -> None:
    user = f"{toolbox()}\n{experience(wish('read', 'pdf'))}"
    first = asked("optimizer", user, slip=1.0)
    assert "import io\n" not in actions(first)[0]["source"]
    refusal = "Not all of your answer can be taken: read_pdf: NameError. Write the whole answer again."
    again = asked("optimizer", user, ("assistant", first), ("user", refusal), slip=1.0)
    assert "import io\n" in actions(again)[0]["source"]


def test_as_merger_it_joins_what_is_of_one_kind() -> None:
    one, other = toolbox(Able("total", ("csv",)), Able("read", ("pdf",))), toolbox(Able("total", ("xlsx",), True))
    user = (
        f'<candidate number="1" performance="3 of 9 (x 3 of 9)">\n{one}\n</candidate>\n'
        f'<candidate number="2" performance="5 of 9 (x 5 of 9)">\n{other}\n</candidate>\n'
        "<same_behaviour>\n</same_behaviour>"
    )
    answer = asked("merger", user)
    tools = json.loads(answer[answer.index("{") :])["tools"]
    assert {"from": 1, "name": "read_pdf"} in tools
    [joined] = [tool for tool in tools if "source" in tool]
    assert able(joined["description"]) == Able("total", ("csv", "xlsx"), True)
