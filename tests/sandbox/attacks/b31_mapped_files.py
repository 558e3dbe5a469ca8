import mmap
import os


def run(ctx):
    kept, total = [], 0
    try:
        for _ in range(40):
            with open("gone", "wb+") as file:
                os.unlink("gone")
                file.truncate(48 << 20)
                page = mmap.mmap(file.fileno(), 48 << 20)
            page.write(b"\1" * (48 << 20))
            kept.append(page)
            total += 48
    except (OSError, MemoryError, ValueError) as error:
        return {"breached": total > 700, "detail": f"{total} MiB, then {error!r}"}
    return {"breached": total > 700, "detail": f"{total} MiB"}
