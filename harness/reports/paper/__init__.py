"""The paper's tables and figures from whatever runs are there; what is missing says which command fills it."""
