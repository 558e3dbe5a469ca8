import os


def run(ctx):
    kept, total = [], 0
    try:
        for _ in range(12):
            file = open("gone", "wb", buffering=0)
            os.unlink("gone")
            kept.append(file)
            for _ in range(50):
                total += file.write(b"\1" * (1 << 20))
    except OSError as error:
        return {"breached": total > 300 << 20, "detail": f"{total} bytes, then {error!r}"}
    return {"breached": total > 300 << 20, "detail": f"{total} bytes"}
