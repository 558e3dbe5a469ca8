import os


def run(ctx):
    got = []
    path = os.path.realpath(ctx["input_file"])
    for attempt in (
        lambda: os.unlink(path),
        lambda: os.rename(path, path + ".old"),
        lambda: os.rename(os.path.dirname(path), "mine"),
        lambda: os.symlink("/etc/passwd", os.path.dirname(path) + "/next"),
        lambda: os.mkdir(os.path.dirname(path) + "/next"),
    ):
        try:
            attempt()
            got.append("changed")
        except OSError:
            pass
    return {"breached": bool(got), "detail": got}
