import mmap


def run(ctx):
    maps, total = [], 0
    try:
        while total < 1500:
            one = mmap.mmap(-1, 50 << 20)
            one.write(b"\1" * (50 << 20))
            maps.append(one)
            total += 50
    except (OSError, MemoryError) as error:
        return {"breached": total > 1100, "detail": f"{total} MiB, then {error!r}"}
    return {"breached": True, "detail": f"{total} MiB"}
