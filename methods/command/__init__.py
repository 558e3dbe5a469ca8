"""An optimizer from outside: any program, on the budget, the tasks and the models of every other method."""

from methods.command.method import Command

__all__ = ["Command"]
