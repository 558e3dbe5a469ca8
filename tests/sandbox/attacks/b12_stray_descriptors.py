import os
import stat


def run(ctx):
    got = []
    for descriptor in range(4, 1024):
        try:
            got.append((descriptor, oct(stat.S_IFMT(os.fstat(descriptor).st_mode))))
        except OSError:
            pass
    return {"breached": bool(got), "detail": got}
