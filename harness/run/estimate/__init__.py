"""What a run will take before anything is spent: calls from the method's own structure, tokens from statistics."""
