import os

TWICE = True


def run(ctx):
    left = [name for name in os.listdir() if name != ctx["input_file"]]
    for _ in range(1500):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    for mode in (0, 0o111):
        try:
            os.mkdir(f"locked{mode}", mode)
        except OSError:
            pass
    return {"breached": bool(left), "detail": left}
