import threading
import time


def run(ctx):
    made = 0
    try:
        while made < 300:
            threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
            made += 1
    except RuntimeError as error:
        return {"breached": made > 64, "detail": f"{made} threads, then {error!r}"}
    return {"breached": made > 64, "detail": f"{made} threads"}
