"""Makes `task_lists` and `spy_environment`, next to this file, importable from the folders below."""
