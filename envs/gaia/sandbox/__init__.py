"""Runs Python functions that a model wrote where they can do no harm. Begin at `api`, then `choice`."""

from envs.gaia.sandbox.api import JSON, Broker, Limits, Outcome, Sandbox
from envs.gaia.sandbox.choice import open_sandbox

__all__ = ["JSON", "Broker", "Limits", "Outcome", "Sandbox", "open_sandbox"]
