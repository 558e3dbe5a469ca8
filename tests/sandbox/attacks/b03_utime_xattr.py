import os


def run(ctx):
    got = []
    for path in (os.path.realpath(ctx["input_file"]), ctx["canary_dir"], "/tmp", os.__file__):
        for change in (os.utime, lambda p: os.setxattr(p, "user.mark", b"x")):
            try:
                change(path)
                got.append(path)
            except OSError:
                pass
    return {"breached": bool(got), "detail": got}
