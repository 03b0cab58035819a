"""Certificates made on the spot: an authority, and servers that it vouches for."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

BEGUN, FAR_AHEAD, LONG_OVER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC)
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Authority:
    """Somebody who vouches for servers. `file`: what others must have to trust it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    folder: Path

    @property
    def file(self) -> Path:
        """Its own certificate."""
        place = self.folder / "authority.pem"
        place.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return place

    def server(self, host: str = LOOPBACK, until: datetime = FAR_AHEAD) -> ssl.SSLContext:
        """What a server at this address needs to prove that it is that."""
        key = ec.generate_private_key(ec.SECP256R1())
        alone = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
        built = _begun(f"server {host}", key, until).issuer_name(self.certificate.subject)
        built = built.add_extension(x509.SubjectAlternativeName([alone]), critical=False)
        built = built.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        place = self.folder / "server.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        place.write_bytes(private + built.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(place)
        return context


def authority(folder: Path) -> Authority:
    """A new one, whom nobody trusts yet."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    built = _begun("authority", key, FAR_AHEAD).issuer_name(name)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(usage, critical=True)
    built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return Authority(key, built.sign(key, hashes.SHA256()), folder)


def _begun(name: str, key: ec.EllipticCurvePrivateKey, until: datetime) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
    return built.serial_number(x509.random_serial_number()).not_valid_before(BEGUN).not_valid_after(until)
