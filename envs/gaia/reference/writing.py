"""How the reference tools are put together: a loader in the library, which all share; a source; a declaration."""

from __future__ import annotations

from harness.core.domain import Tool

LOADER = '''
import io
import tarfile
import zipfile


def load(path):
    """Return a file's bytes; `outer.zip!inner.tar.gz!name` leads into archives."""
    first, *inner = path.split("!")
    with open(first, "rb") as file:
        data = file.read()
    for name in inner:
        if zipfile.is_zipfile(io.BytesIO(data)):
            data = zipfile.ZipFile(io.BytesIO(data)).read(name)
        else:
            data = tarfile.open(fileobj=io.BytesIO(data)).extractfile(name).read()
    return data
'''


def written(name: str, description: str, *, parameter: str, example: str, source: str) -> Tool:
    """Return a tool of a path and, where `parameter` is not empty, of one text more."""
    path = "Name of the file; `archive.zip!name` for a file in an archive."
    properties: dict[str, object] = {"path": {"type": "string", "description": path}}
    if parameter:
        properties[parameter] = {"type": "string", "description": f"The {parameter}.", "examples": [example]}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return Tool(name, description, parameters=schema, source=source.strip() + "\n")
