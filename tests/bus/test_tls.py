"""Buses over TLS: what is encrypted reaches the server, and a server that nobody vouches for is not trusted."""

import asyncio
import os
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from tests.bus.cut_wire import Wire
from tests.bus.prefixed import a_corner_of_redis
from tests.bus.rabbitmq_corner import a_corner_of_rabbitmq
from tests.bus.samples import Handled, an_event, until

from fabula.bus import BusDown, open_bus


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `key.pem` and `cert.pem`, made just now and worth nothing elsewhere."""
    openssl = shutil.which("openssl")
    if openssl is None:
        if os.environ.get("CI"):
            pytest.fail("no openssl is installed")
        pytest.skip("no openssl is installed, to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    about = ["-subj", "/CN=fabula", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run([openssl, "req", "-x509", *kind, *files, *about], check=True, capture_output=True)
    return folder


async def goes_through(port: int, url: str, folder: Path) -> None:
    """url: with places for a port and the file of those who are trusted."""
    security = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    security.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    async with Wire(port, security=security) as wire:
        handled = Handled()
        async with open_bus(url.format(port=wire.port, file=folder / "cert.pem")) as bus:
            await bus.listen("player", handled)
            await bus.publish(an_event(1))
            await until(lambda: handled.numbers == [1])
        async with open_bus(url.format(port=wire.port, file=ssl.get_default_verify_paths().cafile or "")) as bus:
            with pytest.raises(BusDown, match="CERTIFICATE_VERIFY_FAILED"):
                await bus.publish(an_event(2), wait_s=1)


def test_redis_behind_tls(folder: Path) -> None:
    with a_corner_of_redis() as prefix:
        url = f"rediss://127.0.0.1:{{port}}/0?ssl_ca_certs={{file}}&prefix={prefix}"
        asyncio.run(goes_through(6379, url, folder))


def test_rabbitmq_behind_tls(folder: Path) -> None:
    with a_corner_of_rabbitmq() as corner:
        url = f"amqps://guest:guest@127.0.0.1:{{port}}/?cafile={{file}}&prefix={corner.names.prefix}"
        asyncio.run(goes_through(5672, url, folder))
