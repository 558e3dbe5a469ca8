"""The record's schema, versioned: pydantic models that write the files and read them back, a module a file."""

from harness.records.schema.lineage import Lineage, LineageEvent
from harness.records.schema.modules import InstructionPart, ModulesFile, ToolboxPart, ToolPart
from harness.records.schema.result import ResultRecord, Score, ScoreName, Seconds
from harness.records.schema.rollout import EvaluationRow, RolloutRow, StepRow, TextsRow
from harness.records.schema.rules import Lost, Measured, RulesFile, RuleTable
from harness.records.schema.run import Earlier, EnvironmentRecord, EstimateRecord, RunRecord, Session
from harness.records.schema.strict import SCHEMA_VERSION, Status, Strict
from harness.records.schema.usage import UsageRow, UsageTable, total, usage_fields

__all__ = [
    "SCHEMA_VERSION",
    "Earlier",
    "EnvironmentRecord",
    "EstimateRecord",
    "EvaluationRow",
    "InstructionPart",
    "Lineage",
    "LineageEvent",
    "Lost",
    "Measured",
    "ModulesFile",
    "ResultRecord",
    "RolloutRow",
    "RuleTable",
    "RulesFile",
    "RunRecord",
    "Score",
    "ScoreName",
    "Seconds",
    "Session",
    "Status",
    "StepRow",
    "Strict",
    "TextsRow",
    "ToolPart",
    "ToolboxPart",
    "UsageRow",
    "UsageTable",
    "total",
    "usage_fields",
]
