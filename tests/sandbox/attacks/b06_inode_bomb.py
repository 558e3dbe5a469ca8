def run(ctx):
    made = 0
    try:
        while made < 200_000:
            open(f"n{made}", "w").close()
            made += 1
    except OSError as error:
        return {"breached": made > 100_000, "detail": f"{made} files, then {error!r}"}
    return {"breached": True, "detail": f"{made} files"}
