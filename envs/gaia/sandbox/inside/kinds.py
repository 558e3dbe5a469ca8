"""What a file is, by its first bytes, in words for whoever took it for something else."""

from __future__ import annotations

_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"RIFF", "a RIFF file (WAV sound or the like)"),
    (b"ID3", "an MP3 sound"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)
_OFFICE = ((b"xl/", "an Excel workbook"), (b"word/", "a Word document"), (b"ppt/", "a PowerPoint presentation"))
_LOOKED_AT = 65_536


def looks_like(data: bytes) -> str:
    """Return what a file that begins with `data` looks like."""
    if data.startswith(b"PK\x03\x04"):
        start = data[:_LOOKED_AT]
        return next((name for part, name in _OFFICE if part in start), "a zip archive")
    known = next((name for signature, name in _SIGNATURES if data.startswith(signature)), None)
    if known is not None:
        return known
    return "a binary file" if b"\0" in data[:_LOOKED_AT] else "text in another encoding than UTF-8"
