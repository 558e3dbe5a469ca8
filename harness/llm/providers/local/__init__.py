"""A real model on this machine's CPU: its file, a server in a child process, and the provider that asks it."""
