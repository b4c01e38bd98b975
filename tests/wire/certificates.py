"""Certificates for servers on loopback, made as they are needed by the ``openssl`` command."""

from __future__ import annotations

import ssl
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Certificate(NamedTuple):
    """One that signs itself: whoever trusts the file trusts the server."""

    file: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        """For the server that has it."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context

    def client(self) -> ssl.SSLContext:
        """For a client that trusts it, and nothing else; as strict as Python 3.13 is."""
        context = ssl.create_default_context(cafile=str(self.file))
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context


def make_certificate(folder: Path, host: str = "localhost") -> Certificate:
    """A new key, and a certificate for the host that is good for two days."""
    made = Certificate(folder / "server.pem", folder / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}",
         "-addext", "keyUsage=critical,digitalSignature,keyCertSign",
         "-out", str(made.file), "-keyout", str(made.key)],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return made
