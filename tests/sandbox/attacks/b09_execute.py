import ctypes
import os
import subprocess
import sys


def run(ctx):
    got = []
    for attempt in (
        lambda: subprocess.run(["/bin/sh", "-c", "id"], check=True),
        lambda: os.system("id") == 0 or 1 / 0,
        lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}),
        lambda: ctypes.CDLL(None).system(b"true") == 0 or 1 / 0,
    ):
        try:
            attempt()
            got.append("a program ran")
        except Exception:
            pass
    try:
        os.execv("/bin/true", ["true"])
    except OSError:
        pass
    return {"breached": bool(got), "detail": got}
