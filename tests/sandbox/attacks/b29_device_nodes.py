import os
import stat


def run(ctx):
    got = []
    for kind, device in (
        (stat.S_IFCHR, os.makedev(1, 1)),
        (stat.S_IFBLK, os.makedev(254, 0)),
        (stat.S_IFIFO, 0),
        (stat.S_IFSOCK, 0),
    ):
        try:
            os.mknod(f"node{device}", kind | 0o600, device)
            got.append(oct(kind))
        except OSError:
            pass
    return {"breached": bool(got), "detail": got}
