import os


def run(ctx):
    got = []
    for path in (
        "/etc/passwd",
        "/etc/shadow",
        "/etc/hostname",
        "/root/.bashrc",
        "/home",
        "/var",
        "/sys",
        "/proc",
        "/",
        "/tmp",
        ctx["gold_file"],
        ctx["canary_dir"],
        ctx["code_dir"],
        "/proc/self/maps",
        "/proc/meminfo",
    ):
        try:
            if os.path.isdir(path):
                os.listdir(path)
            else:
                open(path, "rb").read(1)
            got.append(path)
        except OSError:
            pass
    return {"breached": bool(got), "detail": got}
