"""The reference of the record, from the models that write and read it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

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
        titles = ["field", "type", "default", *(["meaning"] if meanings else [])]
        yield from (_row(titles), _row(["---"] * len(titles)))
        for name, field in model.model_fields.items():
            cells = [f"`{name}`", f"`{_cell(_type(field.annotation))}`", _default(field)]
            yield _row([*cells, *([_cell(meanings.get(name, ""))] if meanings else [])])
        yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _type(annotation: Any) -> str:
    """Return a type as one writes it, without the bounds of its values."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0])
    if origin in (Union, UnionType):
        return " | ".join(map(_type, arguments))
    if origin is Literal:
        return " | ".join(map(repr, arguments))
    if origin is not None:
        return f"{origin.__name__}[{', '.join(map(_type, arguments))}]"
    return "None" if annotation is NoneType else getattr(annotation, "__name__", str(annotation))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "empty" if field.default_factory is not None else f"`{_cell(repr(field.default))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
