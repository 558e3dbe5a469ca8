"""The text of a page of strangers: decoded by a charset from a list, read in one pass, however it is nested."""

from __future__ import annotations

from lxml import etree

_NOT_READ = frozenset({"script", "style", "noscript", "template", "svg"})
_PIECE = 65_536
_CHARSETS = frozenset(
    {
        *("utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "latin-1", "koi8-r", "koi8-u"),
        *(f"iso-8859-{part}" for part in (*range(1, 12), *range(13, 17))),
        *(f"windows-{page}" for page in (874, *range(1250, 1259))),
        *("shift_jis", "euc-jp", "iso-2022-jp", "gb2312", "gbk", "gb18030", "big5", "euc-kr"),
    }
)
"""What the web is written in. Python knows more names, among them codecs that take quadratic time or are no text."""


def decoded(content: bytes, charset: str | None) -> str:
    """Return bytes as text: by their declared charset where it is one of the web's, else as UTF-8."""
    name = (charset or "").strip().lower()
    return content.decode(name if name in _CHARSETS else "utf-8", errors="replace")


def readable(text: str) -> str:
    """Return the title and the text of an HTML page, a line for each line of the source that says something.

    Text is collected while the page is parsed, and no tree is built: each letter is looked at once.
    """
    collector = _Collector()
    parser = etree.HTMLParser(target=collector, no_network=True)
    data = text.encode("utf-8", errors="replace")
    try:
        parser.feed(b'<?xml encoding="utf-8"?>')
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
        parser.close()
    except (etree.LxmlError, ValueError, AssertionError):
        return text
    lines = (" ".join(line.split()) for line in "".join(collector.body).splitlines())
    return f"{' '.join(''.join(collector.title).split())}\n\n" + "\n".join(line for line in lines if line)


class _Collector:
    """Receives the events of a parser."""

    def __init__(self) -> None:
        self.title: list[str] = []
        self.body: list[str] = []
        self._unread = 0
        self._in_title = 0

    def start(self, tag: str | bytes, attrib: object) -> None:  # noqa: ARG002 - the parser's interface
        self._unread += tag in _NOT_READ
        self._in_title += tag == "title"

    def end(self, tag: str | bytes) -> None:
        self._unread -= tag in _NOT_READ
        self._in_title -= tag == "title"

    def data(self, data: str | bytes) -> None:
        if self._unread <= 0:
            (self.title if self._in_title > 0 else self.body).append(str(data))

    def comment(self, text: str | bytes) -> None:
        pass

    def close(self) -> None:
        pass
