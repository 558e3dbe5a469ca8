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
from harness.simulated.skills.tools.abilities import able, understand, wish
from harness.simulated.skills.tools.library import CRAFTS, written

SYSTEM = "You are a general assistant. Finish with one line:\nFINAL ANSWER: [your final answer]"
TEXT = "What is the total amount of bells in the plain text of a.csv?\n\nAttached file: a.csv"
PDF = "What is the total amount of bells in the table of a.pdf?\n\nAttached file: a.pdf"
CHAIN = (
    "The files are in the attached archive. Let A be the number in the barcode of a_1.png; let B be the total climb in "
    "metres of the track b_2.gpx. What is A - B?\n\nAttached file: a.zip"
)
PATH = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
GOOD = {"type": "object", "properties": {"path": {"type": "string"}, "what": {"type": "string"}}, "required": ["path"]}
READ = ToolSchema("read_text_file", "Read a file of plain text (UTF-8).", PATH)
SUM = ToolSchema("sum_it", "Adds up what a PDF says of a good.", GOOD)
LIST = ToolSchema("walk", "Lists the files of an archive.", PATH)
BARS = ToolSchema("bars", "Reads a barcode.", PATH)
CLIMB = ToolSchema("climb", "How much a track climbs.", PATH)
CSV = "town,good,amount\nA,bells,3\nB,nets,5\nA,bells,4\n"


def ask(question: str, tools: list[ToolSchema], *more: Message, textual: bool = False, **sim: Any) -> dict[str, Any]:
    messages = [Message("system", SYSTEM), Message("user", question), *more]
    request: dict[str, Any] = {"model": "sim/small", "seed": 1, "sim": {"recall": 1.0, "slip": 0.0, **sim}}
    if textual:
        messages = list(text_tools.as_text(Call(messages, tools)).messages)
    elif tools:
        request["tools"] = request_tools(tools)
    choice: dict[str, Any] = respond({**request, "messages": request_messages(messages)})["choices"][0]
    return choice


def called(name: str, arguments: dict[str, Any], result: str, number: int = 1) -> list[Message]:
    call = ToolCall(f"c{number}", name, json.dumps(arguments))
    return [Message("assistant", "", (call,)), Message("tool", result, tool_call_id=f"c{number}")]


def test_it_calls_natively_and_answers_from_the_result() -> None:
    choice = ask(TEXT, [READ])
    assert choice["finish_reason"] == "tool_calls"
    [call] = choice["message"]["tool_calls"]
    assert call["function"] == {"name": "read_text_file", "arguments": '{"path": "a.csv"}'}
    done = ask(TEXT, [READ], *called("read_text_file", {"path": "a.csv"}, CSV))
    assert done["message"]["content"].endswith("FINAL ANSWER: 7")


def test_it_follows_the_text_protocol() -> None:
    said = ask(TEXT, [READ], textual=True)["message"]
    assert '{"tool": "read_text_file", "arguments": {"path": "a.csv"}}' in said["content"]
    assert "tool_calls" not in said
    done = ask(TEXT, [READ], *called("read_text_file", {"path": "a.csv"}, CSV), textual=True)
    assert done["message"]["content"].endswith("FINAL ANSWER: 7")


def test_without_a_tool_for_it_it_does_not_know() -> None:
    assert ask(PDF, [READ])["message"]["content"].endswith("FINAL ANSWER: unknown")
    assert ask(CHAIN, [BARS, CLIMB])["message"]["content"].endswith("FINAL ANSWER: unknown")
    assert ask("What is the meaning of it?", [READ])["message"]["content"].endswith("FINAL ANSWER: unknown")


def test_it_goes_by_what_a_tool_says_of_itself_whoever_wrote_that() -> None:
    [call] = ask(PDF, [READ, SUM])["message"]["tool_calls"]
    assert call["function"] == {"name": "sum_it", "arguments": '{"path": "a.pdf", "what": "bells"}'}
    done = ask(PDF, [READ, SUM], *called("sum_it", {"path": "a.pdf", "what": "bells"}, "9"))
    assert done["message"]["content"].endswith("FINAL ANSWER: 9")


def test_it_chains_what_an_archive_holds() -> None:
    more = [
        *called("walk", {"path": "a.zip"}, '["a.zip!x.tar!a_1.png", "a.zip!x.tar!b_2.gpx"]', 1),
        *called("bars", {"path": "a.zip!x.tar!a_1.png"}, "50", 2),
        *called("climb", {"path": "a.zip!x.tar!b_2.gpx"}, "8", 3),
    ]
    tools = [LIST, BARS, CLIMB]
    assert ask(CHAIN, tools)["message"]["tool_calls"][0]["function"]["name"] == "walk"
    assert ask(CHAIN, tools, *more)["message"]["content"].endswith("FINAL ANSWER: 42")


def test_in_its_head_it_misses_rows() -> None:
    rows = "town,good,amount\n" + "".join(f"T,bells,{n}\n" for n in range(1, 41))
    made = called("read_text_file", {"path": "a.csv"}, rows)
    careless = ask(TEXT, [READ], *made, recall=0.5, sense=0.0, load=0.0)["message"]
    assert "tool_calls" in careless or not careless["content"].endswith("FINAL ANSWER: 820")
    assert ask(TEXT, [READ], *made)["message"]["content"].endswith("FINAL ANSWER: 820")


@pytest.mark.parametrize("ability", CRAFTS)
def test_what_is_asked_for_is_understood_written_and_recognised(ability: str) -> None:
    craft = CRAFTS[ability]
    assert [rule.subject for rule in understand(wish(ability))] == [ability]
    assert able(craft.description) == ability
    for name in craft.names:
        draft = written(craft, name)
        functions = [n for n in ast.parse(draft.source).body if isinstance(n, ast.FunctionDef) and n.name == name]
        assert [argument.arg for argument in functions[0].args.args] == list(draft.parameters["properties"])


def toolbox(*abilities: str) -> str:
    parts = []
    for ability in abilities:
        draft = written(CRAFTS[ability], CRAFTS[ability].names[0])
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


def test_as_evaluator_it_names_the_missing_ability() -> None:
    user = (
        f'{toolbox()}\n<task category="Level 1">\n{CHAIN}\n</task>\n'
        '<ground_truth>\n9\n</ground_truth>\n<attempt outcome="failure">\nAnswer: unknown\n</attempt>'
    )
    reading = json.loads(asked("evaluator", user))
    assert (reading["verdict"], reading["advice"].startswith(wish("archive"))) == ("incorrect", True)
    later = json.loads(asked("evaluator", user.replace(toolbox(), toolbox("archive", "barcode"))))
    assert later["advice"] == wish("track")


def experience(advice: str) -> str:
    return (
        '<experience category="Level 1" outcome="failure">\n<task>\nq\n</task>\n<attempt>\nAnswer: x\n</attempt>\n'
        f"<evaluation>\nverdict: incorrect\nfailed: x\npattern: y\nadvice: {advice}\n</evaluation>\n</experience>"
    )


def actions(answer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(answer[answer.index("{") :])["actions"]
    return found


def test_as_optimizer_it_adds_what_is_missing_and_leaves_alone_what_is_there() -> None:
    needs = [wish("pdf"), wish("archive"), "Be careful.", "The agent needs a tool that reads minds."]
    user = f"{toolbox('archive')}\n" + "\n".join(map(experience, needs))
    done = [(action["do"], able(action.get("description", ""))) for action in actions(asked("optimizer", user))]
    assert done == [("add", "pdf"), ("finish", None)]


def test_as_optimizer_it_puts_what_its_tools_share_into_the_library_where_there_is_one() -> None:
    user = f"{toolbox()}\n{experience(wish('pdf'))}"
    messages = [("system", 'You are the optimizer of an agent. {"do": "library"}'), ("user", user)]
    request = {"model": "sim/small", "seed": 1, "sim": {"recall": 1.0, "slip": 0.0}}
    said = respond({**request, "messages": [{"role": role, "content": text} for role, text in messages]})
    library, added, _ = actions(said["choices"][0]["message"]["content"])
    assert "def load(" in library["source"]
    assert "load(path)" in added["source"]
    assert "def load(" not in added["source"]
    names: dict[str, Any] = {}
    exec(library["source"] + added["source"], names)
    assert callable(names[added["name"]])


def test_a_slip_of_the_pen_is_mended_when_it_comes_back() -> None:
    user = f"{toolbox()}\n{experience(wish('pdf'))}"
    first = asked("optimizer", user, slip=1.0)
    assert "import io\n" not in actions(first)[0]["source"]
    refusal = "Not all of your answer can be taken: total_of_pdf: NameError. Write the whole answer again."
    again = asked("optimizer", user, ("assistant", first), ("user", refusal), slip=1.0)
    assert "import io\n" in actions(again)[0]["source"]


def test_as_merger_it_keeps_each_ability_once_by_the_better_performer() -> None:
    user = (
        f'<candidate number="1" performance="3 of 9 (x 3 of 9)">\n{toolbox("pdf", "tones")}\n</candidate>\n'
        f'<candidate number="2" performance="5 of 9 (x 5 of 9)">\n{toolbox("pdf", "log")}\n</candidate>\n'
        "<same_behaviour>\n</same_behaviour>"
    )
    user = user.replace(
        "</toolbox>\n</candidate>\n<same",
        '<tool name="x" same_as="candidate 1: read_tones" calls="1" failed="0"/>\n</toolbox>\n</candidate>\n<same',
    )
    answer = asked("merger", user)
    assert "I join 5 tools" in answer
    tools = json.loads(answer[answer.index("{") :])["tools"]
    assert {(tool["from"], tool["name"]) for tool in tools} == {
        (2, "x"),
        (2, "total_of_pdf"),
        (2, "addresses_in_log"),
    }
