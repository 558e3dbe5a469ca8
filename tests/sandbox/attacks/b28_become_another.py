import ctypes
import os
import socket
import time


def run(ctx):
    got = []
    for attempt in (
        lambda: os.setuid(0),
        lambda: os.setgid(0),
        lambda: os.setgroups([0]),
        lambda: os.setsid(),
        lambda: os.nice(-5),
        lambda: socket.sethostname("mine"),
        lambda: time.clock_settime(time.CLOCK_REALTIME, 0),
        lambda: ctypes.CDLL(None).prctl(4, 1, 0, 0, 0) == 0 or os.setuid(0),
        lambda: ctypes.CDLL(None).personality(0x0040000) == 0 or os.setuid(0),
    ):
        try:
            attempt()
            got.append("became another")
        except OSError:
            pass
    return {"breached": bool(got), "detail": got}
