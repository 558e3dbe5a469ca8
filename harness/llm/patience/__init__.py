"""When a call is made, and made again: turns at a provider, and retries."""
