"""Guidelines that carry their evidence: which training tasks showed each, kept beside the text that the agent reads.

`support` says what a guideline rests on, `marks` how a model writes that down; `optimizing`, `merging` and `shortening`
are the optimizer's and the merger's calls with such marks. docs/design/evidence.md has the reasons.
"""
