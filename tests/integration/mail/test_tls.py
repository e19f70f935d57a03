"""Mail over TLS, to a server whose certificate an authority of its own has signed."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from devstack.processes import free_port
from domain.dealers.addresses import Address, Channel
from domain.dealers.notices import DeliveryFailed, MessengerUnready
from entrypoints.composition.messaging import mailer
from entrypoints.environment import Environment
from entrypoints.messaging import read_messaging

READER = Address(Channel.EMAIL, "dealer@example.org")


@dataclass(frozen=True)
class Papers:
    """An authority, and a server's certificate that it has signed for 127.0.0.1."""

    authority: Path
    server: ssl.SSLContext


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return issued(tmp_path_factory.mktemp("papers"))


def issued(place: Path) -> Papers:
    now = datetime.now(UTC)
    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of our own")])

    def begun(subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))

    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    known = x509.SubjectKeyIdentifier.from_public_key(root.public_key())
    authority = (
        begun(name, root)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(known, critical=False)
        .sign(root, SHA256())
    )
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]), own)
        .add_extension(addresses, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        .sign(root, SHA256())
    )
    (place / "authority.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    (place / "server.pem").write_bytes(
        certificate.public_bytes(Encoding.PEM) + own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place / "server.pem")
    return Papers(place / "authority.pem", context)


class Box:
    """What arrived, and by what kind of connection."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bool]] = []

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        self.taken.append((envelope.rcpt_tos[0], encrypted))
        return "250 taken"


@contextmanager
def served(box: Box, papers: Papers, encryption: str) -> Iterator[int]:
    port = free_port()
    kinds: dict[str, dict[str, Any]] = {
        "tls": {"ssl_context": papers.server},
        "starttls": {"tls_context": papers.server, "require_starttls": True},
        "none": {},
    }
    controller = Controller(box, hostname="127.0.0.1", port=port, **kinds[encryption])
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def messenger(port: int, encryption: str, authority: Path | None) -> Any:
    """As the settings make it."""
    variables = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(port),
        "SMTP_FROM": "bot@example.org",
        "SMTP_ENCRYPTION": encryption,
        "SMTP_CA_FILE": "" if authority is None else str(authority),
    }
    env = Environment(variables)
    settings = read_messaging(env).mail
    assert env.problems == []
    assert settings is not None
    return mailer(settings)


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
async def test_mail_goes_over_tls_to_whom_our_own_authority_vouches_for(
    papers: Papers, encryption: str, tmp_path: Path
) -> None:
    box = Box()
    with served(box, papers, encryption) as port:
        assert await messenger(port, encryption, papers.authority).send(READER, "x", "x", "")
        assert box.taken == [("dealer@example.org", True)]
        for stranger in (None, issued(tmp_path).authority):
            with pytest.raises(MessengerUnready) as refused:
                await messenger(port, encryption, stranger).send(READER, "x", "x", "")
            assert refused.value.details["reason"] == "certificate"
    assert len(box.taken) == 1


async def test_nothing_is_sent_in_the_clear_where_tls_is_wanted(papers: Papers) -> None:
    box = Box()
    with served(box, papers, "none") as port:
        for encryption in ("tls", "starttls"):
            with pytest.raises(DeliveryFailed):
                await messenger(port, encryption, papers.authority).send(READER, "x", "x", "")
        assert box.taken == []
        await messenger(port, "none", None).send(READER, "x", "x", "")
    assert box.taken == [("dealer@example.org", False)]


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    for place in (str(empty), str(tmp_path / "absent.pem")):
        env = Environment({"SMTP_HOST": "x", "SMTP_FROM": "a@b.ru", "SMTP_CA_FILE": place})
        read_messaging(env)
        assert env.problems == ["SMTP_CA_FILE is wrong: a readable PEM file with certificates"]
