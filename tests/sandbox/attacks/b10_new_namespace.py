import ctypes
import os


def run(ctx):
    libc = ctypes.CDLL(None, use_errno=True)
    got = [flag for flag in (0x10000000, 0x00020000, 0x40000000, 0x20000000) if libc.unshare(flag) == 0]
    if libc.mount(b"none", os.getcwd().encode(), b"tmpfs", 0, None) == 0:
        got.append("mounted")
    if libc.chroot(b"/") == 0:
        got.append("chroot")
    return {"breached": bool(got), "detail": got}
