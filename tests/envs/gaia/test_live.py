"""The live web: public addresses only, text only, bounded; search through the user's own instance."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from envs.gaia.addresses import is_public
from envs.gaia.environment import GAIA
from envs.gaia.live import LiveWeb
from envs.gaia.pagetext import decoded, readable
from harness.core.errors import ConfigError

PAGE = (
    "<html><head><title>Ships</title><script>steal()</script></head><body><p>The Aurora\n was built in 1900.</p></body>"
)


@pytest.fixture
async def server() -> AsyncIterator[str]:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"x" * 65_536)
        return response

    async def search(request: web.Request) -> web.Response:
        assert request.query["format"] == "json"
        found = [{"url": f"http://a/{n}", "title": request.query["q"], "content": "c"} for n in range(20)]
        return web.json_response({"results": found})

    def redirect(to: str) -> web.Response:
        return web.Response(status=302, headers={"Location": to})

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def picture(_: web.Request) -> web.Response:
        return web.Response(body=b"\x89PNG", content_type="image/png")

    async def here(_: web.Request) -> web.Response:
        return redirect("/page")

    async def elsewhere(request: web.Request) -> web.Response:
        return redirect(f"http://localhost:{request.url.port}/page")

    async def loop(_: web.Request) -> web.Response:
        return redirect("/loop")

    async def away(_: web.Request) -> web.Response:
        return redirect("file:///etc/passwd")

    app = web.Application()
    handlers = {
        "page": page,
        "picture": picture,
        "here": here,
        "loop": loop,
        "away": away,
        "endless": endless,
        "elsewhere": elsewhere,
    }
    app.add_routes([web.get(f"/{name}", handler) for name, handler in handlers.items()])
    app.add_routes([web.get("/search", search)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize("path", ["page", "here"])
async def test_a_page_is_read_as_text_without_its_scripts(path: str, server: str) -> None:
    assert await LiveWeb(None, private=True).fetch(f"{server}/{path}") == "Ships\n\nThe Aurora\nwas built in 1900."


REFUSED = {"picture": "not text", "loop": "redirects", "away": "only http and https", "endless": "longer than"}


@pytest.mark.parametrize("path", REFUSED)
async def test_what_is_no_text_has_no_end_or_leads_elsewhere_is_refused(path: str, server: str) -> None:
    with pytest.raises(LookupError, match=REFUSED[path]):
        await LiveWeb(None, private=True).fetch(f"{server}/{path}")


LOOPBACK = (
    "127.0.0.1 [::1] [::ffff:127.0.0.1] [::ffff:7f00:1] [64:ff9b::7f00:1] [2002:7f00:1::] [::7f00:1] localhost "
    "①②⑦.⓪.⓪.① １２７.0.0.1 127。0。0。1 user@127.0.0.1 0x7f000001 2130706433 127.1 0177.0.0.1 0.0.0.0"
).split()


@pytest.mark.parametrize("host", LOOPBACK)
async def test_no_spelling_of_a_private_address_is_dialled(host: str, server: str) -> None:
    port = server.rpartition(":")[2]
    with pytest.raises((LookupError, aiohttp.ClientError)):
        await LiveWeb(None).fetch(f"http://{host}:{port}/page")


async def test_a_redirect_is_checked_as_the_first_address_is(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = server.rpartition(":")[2]
    dialled: list[str] = []

    def public_first(address: str) -> bool:
        dialled.append(address)
        return len(dialled) == 1

    monkeypatch.setattr("envs.gaia.addresses.is_public", public_first)
    with pytest.raises(LookupError, match="not a public address"):
        await LiveWeb(None).fetch(f"http://127.0.0.1:{port}/elsewhere")
    assert len(dialled) == 2


PUBLIC = ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "2002:808:808::", "::ffff:8.8.8.8"]
NOT_PUBLIC = [
    *("127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "192.168.1.1", "0.0.0.0", "224.0.0.1", "240.0.0.1"),
    *("::1", "::", "fe80::1%eth0", "fd00::1", "fec0::1", "ff02::1", "::ffff:10.0.0.1", "::10.0.0.1"),
    *("64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:a9fe:a9fe::", "::ffff:0:7f00:1", "2001:db8::1"),
    *("2001:4860::5efe:7f00:1", "2001:0:7f00:1::"),
]


@pytest.mark.parametrize("address", [*PUBLIC, *NOT_PUBLIC])
def test_an_address_is_as_public_as_the_one_that_it_carries(address: str) -> None:
    assert is_public(address) is (address in PUBLIC)


@pytest.mark.parametrize(
    "text",
    ["<script></script>x", "<div>", "<table><form>", "<p>&amp;", "<svg><title>t</title></svg>y"],
)
def test_a_page_is_read_in_one_pass_however_it_is_built(text: str) -> None:
    said = readable("<title>T</title><body>" + text * 50_000)
    assert said.startswith("T\n\n")
    assert set(said[1:]) <= set("\nxy&")


@pytest.mark.parametrize("charset", ["punycode", "idna", "zlib", "rot13", "unicode_escape", "nonsense", None])
def test_a_charset_that_the_web_has_not_is_utf_8(charset: str | None) -> None:
    assert decoded("grün".encode(), charset) == "grün"
    assert decoded("grün".encode("latin-1"), "ISO-8859-1") == "grün"


async def test_the_loop_goes_on_while_a_page_is_read(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loop_thread = threading.get_ident()
    readers: list[int] = []
    monkeypatch.setattr("envs.gaia.live.readable", lambda text: [text, readers.append(threading.get_ident())][0])  # type: ignore[func-returns-value]
    await LiveWeb(None, private=True).fetch(f"{server}/page")
    assert readers
    assert loop_thread not in readers


async def test_search_asks_the_configured_instance_and_says_so_if_there_is_none(server: str) -> None:
    found = await LiveWeb(f"{server}/search").search("aurora")
    assert isinstance(found, list)
    assert len(found) == 8
    assert found[0] == {"url": "http://a/0", "title": "aurora", "snippet": "c"}
    with pytest.raises(LookupError, match=r"env\.search_url"):
        await LiveWeb(None).search("aurora")


def test_the_live_web_is_only_there_when_asked_for() -> None:
    live = GAIA(web="live", search_url="http://127.0.0.1:1/search")
    assert live.describe().data_checksum != GAIA().describe().data_checksum
    with pytest.raises(ConfigError, match="offline, live"):
        GAIA(web="online")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"env\.web=live"):
        GAIA(search_url="http://127.0.0.1:1/search")
