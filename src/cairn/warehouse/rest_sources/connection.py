"""Connect to a server of the public internet, and to no other.

A name may resolve to another address a moment later, so the connection goes to the address that
was checked. The certificate must be that of the name.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from typing import Final

from cairn.warehouse.schema import UnreadableFile

__all__ = ["find_public_address", "open_public_connection"]

SOCKET_SECONDS: Final = 30.0
"""How long a server may be silent."""

_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")
"""Addresses of IPv6 that lead to one of IPv4 (RFC 6052)."""

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def find_public_address(host: str, port: int) -> str:
    """Find the address of a server on the public internet.

    Args:
        host: name of the server.
        port: its port.

    Returns:
        The first address that the name resolves to.

    Raises:
        UnreadableFile: the name is unknown, or any of its addresses is of a private network, of
            this machine, or otherwise not public.
    """
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreadableFile(f"The server {host} was not found. Check the address.") from error
    addresses = [str(entry[4][0]) for entry in entries]
    if not addresses or not all(map(_is_public, addresses)):
        raise UnreadableFile(
            f"The server {host} is not on the public internet. Cairn asks no server of its own "
            "network by an address: send a file, or read the database with a query."
        )
    return addresses[0]


def open_public_connection(host: str, port: int) -> http.client.HTTPConnection:
    """Open an encrypted connection to a server of the public internet.

    Args:
        host: name of the server.
        port: its port.

    Returns:
        The connection, which connects with the first request.
    """
    return _PublicConnection(host, port)


class _PublicConnection(http.client.HTTPSConnection):
    """A connection to the address that was checked, with the certificate of the name."""

    def __init__(self, host: str, port: int) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(host, port, timeout=SOCKET_SECONDS, context=self._tls)

    def connect(self) -> None:
        """Connect to the address that was checked; a proxy of the environment is not used."""
        address = find_public_address(self.host, self.port)
        plain = socket.create_connection((address, self.port), timeout=self.timeout)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    return all(
        embedded.is_global and not embedded.is_multicast
        for embedded in _list_embedded_addresses(address)
    )


def _list_embedded_addresses(address: IpAddress) -> Iterator[IpAddress]:
    """Yield an address, and those of IPv4 that it may lead to."""
    if not isinstance(address, ipaddress.IPv6Address):
        yield address
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
        return
    yield address
    if address in _TRANSLATED:
        yield ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
