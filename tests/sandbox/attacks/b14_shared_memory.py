import ctypes
import os


def run(ctx):
    got = []
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.shmget(0x1234, 1 << 20, 0o1666) >= 0:
        got.append("shmget")
    if libc.msgget(0x1234, 0o1666) >= 0:
        got.append("msgget")
    if libc.semget(0x1234, 1, 0o1666) >= 0:
        got.append("semget")
    for place in (
        "/dev/shm/x",
        "/dev/x",
        "/dev/mqueue/x",
        "/run/x",
        "/var/tmp/x",
        "/tmp/x",
        "/x",
        "/box/x",
        "/box/outside/x",
    ):
        try:
            open(place, "w").close()
            got.append(place)
        except OSError:
            pass
    return {"breached": bool(got), "detail": got, "pid": os.getpid()}
