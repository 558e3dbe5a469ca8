"""Make as many files as the clock allows, below a path longer than any system call takes, and leave them there."""

import os


def run(ctx):
    for _ in range(21):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    number = 0
    while True:
        os.close(os.open(str(number), os.O_CREAT | os.O_WRONLY))
        number += 1
        if number > 20_000:
            return {"breached": True, "detail": f"{number} files"}
