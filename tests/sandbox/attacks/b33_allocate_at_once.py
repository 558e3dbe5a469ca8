"""Take more disk than scratch holds before anyone can look: allocated, or copied inside the kernel."""

import os


def run(ctx):
    taken = 0
    files = [os.open(str(number), os.O_CREAT | os.O_RDWR) for number in range(40)]
    for file in files:
        try:
            os.posix_fallocate(file, 0, 60 << 20)
            taken += 60
        except OSError:
            break
    return {"breached": taken > 300, "detail": f"{taken} MiB"}
