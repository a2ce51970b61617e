"""The addresses that may be connected to: a host's name is looked up once, and what it stands for is checked.

Never: link-local and multicast addresses and those where clouds keep their machines' credentials. This machine and
private networks: only where a person wrote the place, as an address or as a name that no public registry gives out. A
public name that leads there has been tampered with, or is not what it was taken for.
"""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

KEPT_S = 60.0
"""How long what a name stands for is taken for granted."""
_ADDRESSES_MAX = 8
"""Of one name, tried one after the other."""

_METADATA = frozenset(
    ip_address(text) for text in ("100.100.100.200", "168.63.129.16", "169.254.169.254", "192.0.0.192", "fd00:ec2::254")
)
_NAT64 = ip_network("64:ff9b::/96")
_LOCAL_ENDINGS = (".home.arpa", ".home", ".internal", ".intranet", ".lan", ".local", ".localhost", ".private", ".test")


class Refused(Exception):
    """A place that is not connected to; the text says why."""


class Addresses:
    """The book of addresses. What was looked up is kept for a minute."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], tuple[float, tuple[Address, ...]]] = {}
        self._asking: dict[tuple[str, int], asyncio.Lock] = {}

    async def of(self, host: str, port: int, *, written: bool) -> tuple[Address, ...]:
        """What `host` stands for, in the order to try.

        written: a person wrote the host, it did not come from us.
        Raises Refused if one of its addresses may not be connected to, OSError if the name is not known.
        """
        literal = _literal(host)
        found = (literal,) if literal is not None else await self._looked_up(host, port)
        for address in found:
            check(address, near=written and (literal is not None or is_local(host)))
        return found

    async def _looked_up(self, host: str, port: int) -> tuple[Address, ...]:
        # One asks and the others wait, since a turn asks for the same host a hundred times at once.
        async with self._asking.setdefault((host, port), asyncio.Lock()):
            now_s = asyncio.get_running_loop().time()
            until_s, found = self._known.get((host, port), (0.0, ()))
            if now_s < until_s:
                return found
            found = await _resolved(host, port)
            self._known[host, port] = (now_s + KEPT_S, found)
            return found


def is_local(host: str) -> bool:
    """Whether a name is one of this machine or network, which no public registry gives out."""
    name = host.lower().rstrip(".")
    return "." not in name or name.endswith(_LOCAL_ENDINGS)


def check(address: Address, *, near: bool) -> None:
    """Raises Refused if the address may not be connected to.

    near: this machine and private networks are allowed.
    """
    inner = _unwrapped(address)
    if inner.is_link_local or inner.is_multicast or inner.is_unspecified or inner in _METADATA:
        raise Refused(f"{address} is an address that no model answers at")
    if not near and not inner.is_global:
        raise Refused(
            f"{address} is an address of this machine or of a private network, where a public name must not lead; if "
            "that is meant, write the address itself, as in openai@http://127.0.0.1:1234/v1:my-model"
        )


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, if there is any."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


async def _resolved(host: str, port: int) -> tuple[Address, ...]:
    loop = asyncio.get_running_loop()
    answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return _distinct([str(answer[4][0]) for answer in answers])


def _distinct(texts: Sequence[str]) -> tuple[Address, ...]:
    found = (_literal(text) for text in dict.fromkeys(texts))
    return tuple(address for address in found if address is not None)[:_ADDRESSES_MAX]
