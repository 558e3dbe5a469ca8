import os


def run(ctx):
    got = []
    here = os.path.dirname(os.path.dirname(os.path.realpath(ctx["input_file"])))
    for place in (here, here + "/outside", here + "/code", os.path.dirname(here)):
        try:
            got += [place, *os.listdir(place)]
        except OSError:
            pass
    try:
        got.append(open(here + "/outside/secret").read())
    except OSError:
        pass
    others = [name for name in os.listdir(here + "/inputs") if name != os.path.basename(ctx["input_file"])]
    return {"breached": bool(got or others), "detail": [got, others]}
