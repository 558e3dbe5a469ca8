import os


def run(ctx):
    got = []
    path = os.path.realpath(ctx["input_file"])
    for change in (
        lambda: os.chmod(path, 0o777),
        lambda: os.chown(path, 0, 0),
        lambda: os.chmod(os.path.dirname(path), 0o777),
    ):
        try:
            change()
            got.append("metadata changed")
        except OSError:
            pass
    return {"breached": bool(got), "detail": got}
