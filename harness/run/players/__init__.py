"""Who plays the rollouts of a run: this process, or players on a Ray cluster (`executor=ray`).

See docs/design/executors.md.
"""
