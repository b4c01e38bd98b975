"""The poster over TLS: whom it trusts, and that it trusts nobody else."""

from __future__ import annotations

import asyncio
import ssl

import pytest

from bot.discord_app.poster import Poster, Unsent
from tests.wire.certificates import Certificate, make_certificate

from .test_poster import CHUNKED, END, NO_CONTENT, OK, told


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


async def test_the_right_certificate_is_accepted_and_the_connection_is_kept(
    certificate: Certificate,
) -> None:
    secured = {"host": "localhost", "secured": certificate.server(), "tls": certificate.client()}
    async with told(NO_CONTENT, CHUNKED, OK, **secured) as (server, poster):
        sent = [await poster.post(f"/{n}", b"{}") for n in range(3)]
        assert sent == [(204, b""), (200, b"{}"), (200, b"{}")]
        assert server.connections == 1
        assert server.requests[0].startswith(b"POST /api/v10/0 HTTP/1.1\r\nHost: localhost:")


async def test_one_that_the_server_closes_as_we_write_is_replaced(certificate: Certificate) -> None:
    secured = {"host": "localhost", "secured": certificate.server(), "tls": certificate.client()}
    async with told(NO_CONTENT, [END], OK, **secured) as (server, poster):
        await poster.post("/a", b"{}")
        assert await poster.post("/b", b"{}") == (200, b"{}")
        assert server.connections == 2


async def test_a_certificate_for_another_host_is_refused(certificate: Certificate) -> None:
    secured = {"host": "127.0.0.1", "secured": certificate.server(), "tls": certificate.client()}
    async with told(NO_CONTENT, **secured) as (server, poster):
        with pytest.raises(Unsent, match=r"not valid for '127\.0\.0\.1'"):
            await poster.post("/a", b"{}")
        assert (server.requests, poster._lines) == ([], set())


async def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Certificate) -> None:
    # As the bot makes it: with the system's certificates.
    async with told(NO_CONTENT, host="localhost", secured=certificate.server()) as (server, poster):
        with pytest.raises(Unsent, match="self-signed certificate"):
            await poster.post("/a", b"{}")
        assert (server.requests, poster._lines) == ([], set())


async def test_so_is_a_server_that_speaks_no_tls(certificate: Certificate) -> None:
    def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    plain = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = plain.sockets[0].getsockname()[1]
    poster = Poster(f"https://localhost:{port}", "x", certificate.client(), patience=60.0)
    async with plain:
        with pytest.raises(Unsent, match="no connection"):
            await poster.post("/a", b"{}")


def test_the_system_s_way_checks_the_chain_and_the_name() -> None:
    context = Poster("https://discord.com/api/v10", "x")._tls
    assert context is not None
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert Poster("http://127.0.0.1:1", "x")._tls is None
