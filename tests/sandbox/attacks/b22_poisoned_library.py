import json
import sys

import pandas

TWICE = True


def run(ctx):
    found = getattr(pandas, "poison", None) or sys.modules.get("poison") or getattr(json, "poison", None)
    pandas.poison = json.poison = sys.modules["poison"] = "x"
    pandas.DataFrame.__init__ = None
    for name in list(sys.modules):
        if name.startswith("openpyxl"):
            del sys.modules[name]
    return {"breached": bool(found), "detail": str(found)}
