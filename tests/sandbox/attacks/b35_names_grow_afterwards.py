"""Make a tree deeper than PATH_MAX out of short names that are lengthened from below, and move parts of it around."""

import os


def run(ctx):
    depth = 300
    for _ in range(depth):
        os.mkdir("d")
        os.chdir("d")
    for level in range(depth):
        os.chdir("..")
        os.rename("d", "d" * 200)
    os.mkdir("other")
    moved = False
    try:
        os.rename("d" * 200, "other/d")
        moved = True
    except OSError:
        pass
    return {"breached": moved, "detail": "a directory changed its parent" if moved else "stayed"}
