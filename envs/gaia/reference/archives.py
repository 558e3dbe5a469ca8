"""Archives within archives, and how the other tools reach into them."""

from __future__ import annotations

from envs.gaia.reference.writing import written

LIST_ARCHIVE = written(
    "list_archive",
    "List all files in an archive (zip or tar) and in archives within it, as paths that other tools take.",
    parameter="",
    example="",
    source=r"""
def list_archive(path):
    found, left = [], [path]
    while left and len(found) < 1000:
        at = left.pop()
        data = load(at)
        if zipfile.is_zipfile(io.BytesIO(data)):
            names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        else:
            names = tarfile.open(fileobj=io.BytesIO(data)).getnames()
        for name in names:
            inner = f"{at}!{name}"
            found.append(inner)
            if name.endswith((".zip", ".tar", ".tar.gz", ".tgz")):
                left.append(inner)
    return found
""",
)

ARCHIVES = (LIST_ARCHIVE,)
