"""Reports of a run to a tracker (W&B, MLflow): what a run tells while it works, and its record at the end."""
