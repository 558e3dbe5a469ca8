"""The one door through which every model call goes: journal, retries, ledger, providers."""
