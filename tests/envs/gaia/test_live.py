"""The live web: public addresses only, text only, bounded; search through the user's own instance."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from envs.gaia.environment import GAIA
from envs.gaia.live import LiveWeb, PublicResolver
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

    async def loop(_: web.Request) -> web.Response:
        return redirect("/loop")

    async def away(_: web.Request) -> web.Response:
        return redirect("file:///etc/passwd")

    app = web.Application()
    handlers = {"page": page, "picture": picture, "here": here, "loop": loop, "away": away, "endless": endless}
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


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/", "http://169.254.169.254/"])
async def test_private_addresses_are_refused(url: str) -> None:
    with pytest.raises(LookupError, match="not a public address"):
        await LiveWeb(None).fetch(url)


async def test_a_name_that_leads_to_a_private_address_leads_nowhere() -> None:
    resolver = PublicResolver()
    with pytest.raises(OSError, match="no public address"):
        await resolver.resolve("localhost", 80)
    await resolver.close()


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
