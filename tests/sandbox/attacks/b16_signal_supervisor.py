import ctypes
import os
import signal


def run(ctx):
    got = []
    for attempt in (
        lambda: os.kill(os.getppid(), signal.SIGKILL),
        lambda: os.kill(1, 0),
        lambda: os.kill(-1, 0),
        lambda: os.killpg(0, 0),
        lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), signal.SIGTERM),
        lambda: ctypes.CDLL(None).sigqueue(os.getppid(), 0, 0) == 0 or os.kill(2**30, 0),
    ):
        try:
            attempt()
            got.append("signal sent")
        except OSError:
            pass
    return {"breached": bool(got), "detail": got}
