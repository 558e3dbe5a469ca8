"""The connection between a run and a player: messages whole and in order, for who knows the secret alone."""

from __future__ import annotations

import asyncio
import secrets
import socket

import pytest

from harness.run.players.cluster.wire import SECRET, Offer, Where, Wire, WireBroken, connect

HERE = "127.0.0.1"


async def ends() -> tuple[Wire, Wire]:
    """Return both ends of a connection: the run's and the player's."""
    offer = Offer()
    async with offer.open(HERE) as where:
        assert where is not None
        theirs = await connect(where)
    assert theirs is not None
    assert offer.wire is not None
    return offer.wire, theirs


async def sends_for_ever(wire: Wire) -> None:
    while True:
        await wire.send([b"x" * 100_000])
        await asyncio.sleep(0.01)


async def test_messages_arrive_whole_and_in_order_both_ways_whatever_their_lengths() -> None:
    ours, theirs = await ends()
    mail = [b"", b"x", secrets.token_bytes(5_000_000), b"y" * 100_000, *(b"%d" % n for n in range(1000))]
    for sender, receiver in ((ours, theirs), (theirs, ours)):
        sending = asyncio.create_task(sender.send(mail))
        got: list[bytes] = []
        while len(got) < len(mail):
            got += await receiver.receive()
        await sending
        assert got == mail
    ours.close()
    theirs.close()


async def test_both_ends_hear_that_the_other_is_gone() -> None:
    for gone in (0, 1):
        both = await ends()
        both[gone].close()
        with pytest.raises(WireBroken):
            await both[1 - gone].receive()
        with pytest.raises(WireBroken):
            await sends_for_ever(both[1 - gone])
        both[1 - gone].close()


async def test_a_message_that_came_in_part_is_none() -> None:
    ours, theirs = await ends()
    theirs._writer.write((100).to_bytes(8) + b"half")
    theirs.close()
    with pytest.raises(WireBroken):
        await ours.receive()
    ours.close()


@pytest.mark.parametrize(
    "said",
    [bytes(SECRET), b"GET / HTTP/1.1\r\n\r\n" + bytes(SECRET), b"short"],
    ids=["another secret", "a request", "too short"],
)
async def test_who_lacks_the_secret_is_cut_off_and_the_player_still_comes(said: bytes) -> None:
    offer = Offer()
    async with offer.open(HERE) as where:
        assert where is not None
        reader, writer = await asyncio.open_connection(where.host, where.port)
        writer.write(said)
        if len(said) < SECRET:
            writer.write_eof()
        assert await reader.read() == b""
        writer.close()
        assert offer.wire is None
        wire = await connect(where)
        assert wire is not None
        assert offer.wire is not None
        assert await connect(where) is None, "a secret opens one connection"
    wire.close()
    offer.wire.close()


async def test_nobody_listens_when_the_player_has_begun() -> None:
    offer = Offer()
    async with offer.open(HERE) as where:
        assert where is not None
    assert await connect(where) is None


async def test_a_run_that_cannot_be_reached_or_cannot_listen_is_no_error() -> None:
    with socket.create_server((HERE, 0)) as busy:
        port = busy.getsockname()[1]
    assert await connect(Where(HERE, port, bytes(SECRET))) is None
    async with Offer().open("192.0.2.1") as where:  # an address of no machine
        assert where is None


async def test_a_connection_whose_other_end_reads_nothing_is_broken_at_once() -> None:
    ours, theirs = await ends()
    sending = asyncio.create_task(sends_for_ever(ours))
    await asyncio.sleep(0.2)
    assert not sending.done(), "the other end's buffers are full"
    ours.close()
    with pytest.raises(WireBroken):
        await asyncio.wait_for(sending, 2)
    with pytest.raises(WireBroken):
        await asyncio.wait_for(ours.receive(), 2)
    theirs.close()
