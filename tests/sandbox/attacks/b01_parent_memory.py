import ctypes
import os


def run(ctx):
    got = []
    for pid in (os.getppid(), 1, ctx["host_pid"]):
        for name in ("mem", "maps", "environ", "cmdline", "root", "fd"):
            try:
                if name in ("root", "fd"):
                    os.listdir(f"/proc/{pid}/{name}")
                else:
                    with open(f"/proc/{pid}/{name}", "rb") as file:
                        file.read(1)
                got.append(f"{pid}/{name}")
            except OSError:
                pass
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.ptrace(16, pid, None, None) == 0:
            got.append(f"attached {pid}")
    return {"breached": bool(got), "detail": got}
