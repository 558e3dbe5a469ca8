"""Write far more than scratch holds, below a path that is longer than any system call takes."""

import os
import time


def run(ctx):
    for _ in range(21):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    written = 0
    try:
        for number in range(12):
            with open(str(number), "wb", buffering=0) as file:
                written += sum(file.write(b"\1" * (1 << 20)) for _ in range(60))
    except OSError:
        pass
    time.sleep(0.3)
    return {"breached": written > 300 << 20, "detail": f"{written >> 20} MiB"}
