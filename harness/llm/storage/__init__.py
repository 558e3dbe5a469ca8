"""Where answers are kept: the journal of a run, and the store that the runs of a results folder share."""
