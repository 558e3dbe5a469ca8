"""LiteLLM, imported when first needed (3 to 5 s of CPU), and made quiet and offline before."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from functools import cache
from typing import Any


@cache
def load() -> Any:
    """Return the module `litellm`, set up: no network, telemetry, callbacks, prints, ``.env`` files or own retries."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # or the import fetches a price table
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")  # or it reads a .env of the current folder
    for name in ("NO_PROXY", "no_proxy"):  # no proxy leads to this machine
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "localhost,127.0.0.1,::1")))
    import litellm

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.disable_hf_tokenizer_download = True
    litellm.drop_params = True  # what a model does not take (o3-mini: temperature) is left out; see LiteLLMProvider
    litellm.num_retries = 0  # the door retries
    litellm.callbacks = []
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return litellm


async def loaded() -> Any:
    """Return `load()`, without holding up the event loop while it imports."""
    return load() if load.cache_info().currsize else await asyncio.to_thread(load)


def warm() -> None:
    """Begin the import in a thread, so that a run can start meanwhile."""
    threading.Thread(target=load, name="import litellm", daemon=True).start()
