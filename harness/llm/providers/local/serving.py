"""The child process: a llama.cpp server on loopback and a free port, until its parent closes its standard input.

The first line of standard input is the key that its callers must show.

python -m harness.llm.providers.local.serving FILE --context 8192 --parallel 2 --threads 2
"""

from __future__ import annotations

import argparse
import os
import sys

# Threads that spin while they wait fall to a token a second when anything else runs. Before the library is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")


def main() -> None:
    """Serve until standard input ends; the first line of standard output is the address."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--context", type=int, required=True, help="tokens of one call, prompt and answer together")
    parser.add_argument("--parallel", type=int, required=True, help="calls at once")
    parser.add_argument("--threads", type=int, required=True)
    asked = parser.parse_args()
    address = os.dup(1)  # the library writes to standard output as well
    os.dup2(2, 1)

    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = asked.file
    params.api_keys = [sys.stdin.buffer.readline().decode().strip()]
    params.n_gpu_layers = 0
    params.no_extra_bufts = True
    params.cache_ram_mib = 512
    params.ui = False
    params.port = 0
    params.n_ctx = asked.context * asked.parallel
    params.n_parallel = asked.parallel
    params.cpuparams.n_threads = asked.threads
    params.cpuparams_batch.n_threads = asked.threads
    server = xllamacpp.Server(params)
    os.write(address, f"{server.listening_address}\n".encode())
    os.close(address)
    while sys.stdin.buffer.read(4096):  # ends when the parent closes the pipe, or is gone
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
