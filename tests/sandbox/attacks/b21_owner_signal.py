import fcntl
import os


def run(ctx):
    got = []
    reading, writing = os.pipe()
    for command, value in ((fcntl.F_SETOWN, os.getppid()), (10, 9), (1031, 1 << 20), (1033, 1)):
        try:
            fcntl.fcntl(writing, command, value)
            got.append(command)
        except OSError:
            pass
    return {"breached": bool(got), "detail": got}
