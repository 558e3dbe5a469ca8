import os


def run(ctx):
    got = []
    for n, target in enumerate(
        (ctx["gold_file"], "/etc/passwd", "/proc/self/environ", f"/proc/{ctx['host_pid']}/root{ctx['gold_file']}")
    ):
        for link in (os.symlink, os.link):
            name = f"{link.__name__}{n}"
            try:
                link(target, name)
                open(name).read(1)
                got.append(name)
            except OSError:
                pass
    return {"breached": bool(got), "detail": got}
