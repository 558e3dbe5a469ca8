import os


def run(ctx):
    got = []
    for path in (os.path.realpath(ctx["input_file"]), ctx["gold_file"], os.__file__):
        for attempt in (
            lambda p: os.truncate(p, 0),
            lambda p: os.close(os.open(p, os.O_RDONLY | os.O_TRUNC)),
            lambda p: os.ftruncate(os.open(p, os.O_RDONLY), 0),
        ):
            try:
                attempt(path)
                got.append(path)
            except (OSError, ValueError):
                pass
    return {"breached": bool(got), "detail": got}
