"""Who answers instead of TikTok where a route is wrong: a TLS server with a certificate that nobody signed."""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import threading
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PATIENCE = 5.0


class Impostor:
    """`calls` counts connections; `heard` is every byte that a caller trusted it with, which should be none."""

    def __init__(self, folder: Path) -> None:
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(_certificate(folder / "impostor.pem"))
        self._server = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"https://127.0.0.1:{self._server.getsockname()[1]}"
        self.calls, self.heard = 0, b""

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._serve, name="impostor")
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join(2 * PATIENCE)
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._server.accept()
            except OSError:
                return
            self.calls += 1
            link.settimeout(PATIENCE)
            # A caller that finds us out hangs up.
            with link, contextlib.suppress(OSError), self._tls.wrap_socket(link, server_side=True) as trusted:
                self.heard += trusted.recv(65536)


def _certificate(path: Path) -> Path:
    """TikTok's name, signed by its own key; key and certificate in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), "open.tiktokapis.com"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return path
