"""The Lab at work: rollouts, role calls, budget shares and lineage behind the verbs that methods use."""
