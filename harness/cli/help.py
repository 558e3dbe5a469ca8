"""`--help`, generated from the config folder, without importing anything heavy."""

from __future__ import annotations

from collections.abc import Mapping

from harness.run.config.presets import options

GROUPS = {
    "method": "how the agent is optimized",
    "env": "where it acts",
    "backbone": "which models play agent, evaluator, optimizer and merger",
    "partition": "how FGO divides the training tasks",
    "cluster": "how FGO groups modules for merging",
    "embedding": "how modules are compared for clustering",
    "tracking": "where progress is reported besides the record",
    "executor": "who plays the rollouts: this process, or a Ray cluster",
    "experiment": "a table or figure of the paper (+experiment=NAME)",
}

SETTINGS = {
    "seed=N": "sampling (default 0)",
    "data_seed=N": "which tasks (default 0)",
    "budget.match=steps|chain|rollouts|tokens|cost": "what all methods have the same amount of (budget.amount=N)",
    "budget.usd=X, budget.tokens=N, budget.minutes=X": "stop the run at this limit; a larger limit resumes it",
    "context.policy=truncate|summarize|split": "what becomes of evidence beyond the optimizer's window",
    "hydra/launcher=joblib hydra.launcher.n_jobs=N": "a sweep's jobs at the same time",
    "method.steps=N": "optimizer calls in all; FGO shares them among its subsets",
    "method.subsets=N": "FGO: how many subsets",
    "method.threshold=N": "FGO: the most modules that are merged at once (default 3)",
    "method.select=last|best|validated": "which step's module is kept (default last)",
    "method.batch_size=N": "batch_wise, bootstrapping: tasks a step (default: the size of a subset)",
    "method.gate, .holdout, .predictor, .validate, .pareto, .racing, .delta, .max_tokens": (
        "method=fgo_plus: parts beyond the paper, each can be turned off (conf/method/fgo_plus.yaml explains them)"
    ),
    "validation_size=N": "training tasks held out for methods that validate",
    "env.train_size=N": "training tasks",
    "env.test_size=N": "test tasks",
    "env.test_split=NAME": "ALFWorld: valid_unseen or valid_seen",
    "env.data=KIND": "ALFWorld: generated, real or auto",
    "env.initial_module=PATH": "start from an instruction of your own",
    "backbone=PROVIDER/MODEL": "any LiteLLM id, such as openai/gpt-4o",
    "backbone.ROLE=NAME": "another model for agent, evaluator, optimizer or merger: a preset, or a LiteLLM id",
    "backbone.ROLE.FIELD=VALUE": (
        "a field of a role's model, of all with ROLE=model: id, api_base, api_key_env, temperature, max_tokens, "
        "context_window, price.prompt, revision ..."
    ),
    "local.gguf=PATH": "the file of the local model (backbone=local)",
    "executor.address=auto|HOST:PORT": "executor=ray: a running cluster (default: one on this machine, for the run)",
    "executor.players=N": "executor=ray: how many processes play (default: one for each CPU)",
    "executor.loop=uvloop": "uvloop's event loop, for less CPU a call (extra uvloop)",
    "baseline=false": "do not test the vanilla agent as well",
    "trials=N": "repetitions of the final test",
    "method=MODULE.CLASS, env=MODULE.CLASS": "a part of your own; its settings are its constructor's arguments",
    "--config-dir DIR": "presets of your own: DIR/backbone/NAME.yaml, DIR/method/NAME.yaml ...",
    "fresh=true": "repeat a finished run",
    "results_dir=DIR": "where records go (default results)",
}


def text(commands: Mapping[str, str]) -> str:
    """Return the help text."""
    lines = [
        "Benchmark methods that optimize LLM agents.",
        "",
        "usage: python -m harness [GROUP=NAME] [SETTING=VALUE] ...      one run",
        "       python -m harness -m method=vanilla,fgo seed=0,1,2      a sweep",
        "       python -m harness +experiment=table2                    a table or figure of the paper",
        "       python -m harness COMMAND [--help]",
        "",
        "With no words: method=fgo env=alfworld backbone=sim (generated games, simulated model; no key, no network).",
        "The same command resumes a run that was stopped, and shows one that is finished.",
        "",
        "commands:",
        *_columns(commands),
        "",
        "groups:",
    ]
    for group, meaning in GROUPS.items():
        names = options(group)
        if names:
            lines += [f"  {group}={'|'.join(names)}", f"      {meaning}"]
    lines += [
        "",
        "settings (all of them, resolved: add --cfg job):",
        *_columns(SETTINGS),
        "",
        "exit codes: 0 fine, 1 a run failed or is incomplete, 2 the command or config is wrong",
    ]
    return "\n".join(lines)


def _columns(rows: Mapping[str, str]) -> list[str]:
    width = min(30, max(map(len, rows)) + 2)
    lines = []
    for name, meaning in rows.items():
        lines += [f"  {name:<{width}}{meaning}"] if len(name) < width else [f"  {name}", f"  {'':<{width}}{meaning}"]
    return lines
