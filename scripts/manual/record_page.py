"""The reference of the record, from the models that write and read it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from griffe import Docstring, DocstringSectionKind
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from harness.records import schema


def record() -> str:
    """Return the page."""
    lines = [
        "# The record",
        "",
        "A run leaves a folder `RESULTS/runs/ENV/METHOD/BACKBONE/RUN_ID/`. `run.json` holds a `RunRecord`, "
        "`result.json` a `ResultRecord`, `lineage.json` a `Lineage`, `rules.json` a `RulesFile` (of runs that "
        "merged on tasks that name rules); each line of `test.jsonl` and `train.jsonl` is a `RolloutRow` (texts "
        "in `texts.jsonl`). `harness export OUT` writes the JSON Schema of each.",
        "",
    ]
    for name, model in inspect.getmembers(schema, inspect.isclass):
        if issubclass(model, BaseModel) and model.__module__.startswith(schema.__name__) and not name.startswith("_"):
            lines += [f"## {name}", "", *_model(model)]
    return "\n".join(lines)


def _model(model: type[BaseModel]) -> Iterator[str]:
    sections = Docstring(inspect.getdoc(model) or "", parser="numpy").parse(warnings=False)
    meanings: dict[str, str] = {}
    for section in sections:
        if section.kind is DocstringSectionKind.attributes:
            meanings |= {name.strip(): one.description for one in section.value for name in one.name.split(",")}
        elif section.kind is DocstringSectionKind.text:
            yield from (section.value, "")
    if model.model_fields:
        yield from ("| field | type | default | meaning |", "|---|---|---|---|")
        for name, field in model.model_fields.items():
            yield f"| `{name}` | `{_type(field)}` | {_default(field)} | {_cell(meanings.get(name, ''))} |"
        yield ""


def _type(field: FieldInfo) -> str:
    annotation = field.annotation
    text = (
        annotation.__name__ if inspect.isclass(annotation) and not hasattr(annotation, "__args__") else str(annotation)
    )
    for prefix in (f"{schema.__name__}.", "harness.core.domain.", "typing.", "collections.abc."):
        text = text.replace(prefix, "")
    return _cell(text)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "empty" if field.default_factory is not None else f"`{_cell(repr(field.default))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
