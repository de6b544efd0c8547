"""Where a service listens: the address, whether it is safe there, and the socket."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import ssl
from typing import NamedTuple

from zenml.domain.errors import NotAllowedError

HOST, PORT = "127.0.0.1", 8000
"""Where it listens if nothing else is said."""


class Certificate(NamedTuple):
    """What encrypts: the path of a certificate with its chain, and that of its key, if it has another file."""

    certfile: str
    keyfile: str | None

    @classmethod
    def of(cls, certfile: str | None, keyfile: str | None) -> Certificate | None:
        """Returns the certificate in these files, None if none is given.

        Raises:
            NotAllowedError: They cannot be read or do not fit together.
        """
        if certfile is None:
            if keyfile is not None:
                raise NotAllowedError(
                    f"The key {keyfile} needs its certificate.", "Name that too, with --certfile FILE."
                )
            return None
        found = cls(os.path.abspath(certfile), os.path.abspath(keyfile) if keyfile else None)
        try:
            # no passphrase is asked for: nobody could type it in the background
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(found.certfile, found.keyfile, lambda: "")
        except OSError as error:  # also what ssl raises
            why = getattr(error, "reason", None) or error.strerror or str(error)
            raise NotAllowedError(
                f"The certificate {certfile} cannot be used: {why}.",
                "It takes PEM files of a certificate with its chain and of a key without a passphrase.",
            ) from error
        return found


def check_exposure(host: str, certificate: Certificate | None) -> None:
    """Refuses to be reached from other machines without encryption: tokens and secrets could be read on the way.

    Raises:
        NotAllowedError: That is what it would be, or there is no such host.
    """
    if certificate is None and not all(ipaddress.ip_address(it).is_loopback for it in _addresses(host)):
        raise NotAllowedError(
            f"The service would answer on {host} without encryption, and others could read tokens on the way.",
            "Give it a certificate with --certfile FILE and --keyfile FILE, or --insecure if a proxy encrypts.",
            code="service_exposed",
        )


def checked_proxies(addresses: str) -> str:
    """Returns the addresses of proxies, separated by commas, as they are understood.

    Raises:
        NotAllowedError: One is not an address or a network. So nobody is believed whose address is not known.
    """
    found = []
    for one in addresses.split(","):
        try:
            found.append(str(ipaddress.ip_network(one.strip(), strict=False)))
        except ValueError as error:
            raise NotAllowedError(
                f"'{one.strip()}' is not the address of a proxy, or of a network of proxies.",
                "Write addresses such as 10.0.0.5 or 10.1.0.0/16, separated by commas.",
            ) from error
    return ",".join(found)


def _addresses(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotAllowedError(
            f"There is no address for the host '{host}'.",
            f"Without --host it is {HOST}, which is this machine alone.",
        ) from error
    return [str(address[0]).partition("%")[0] for *_, address in found]


def listen(host: str, port: int) -> socket.socket:
    """Returns a socket that listens there.

    Raises:
        NotAllowedError: Another program does already, or the system does not allow it.
    """
    address = _addresses(host)[0]
    found = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((address, port))
        found.listen(2048)
    except OSError as error:
        found.close()
        if isinstance(error, PermissionError):
            raise NotAllowedError(
                f"The system does not let you use port {port}.",
                "Ports below 1024 belong to the administrator; choose one above.",
            ) from error
        is_taken = error.errno == errno.EADDRINUSE
        why = "is in use by another program" if is_taken else f"cannot be used: {error.strerror or error}"
        raise NotAllowedError(
            f"Port {port} of {host} {why}.", code="port_in_use", port=port, another=port % 65535 + 1
        ) from error
    return found


def url(host: str, port: int, certificate: Certificate | None) -> str:
    """Returns where the service is to be found, as people write it."""
    shown = "localhost" if host == HOST else f"[{host}]" if ":" in host else host
    return f"{'https' if certificate else 'http'}://{shown}:{port}/"


def reached_at(address: str) -> str:
    """Returns how this machine reaches a URL of `url`: an address that is short for all of them is none itself."""
    return address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
