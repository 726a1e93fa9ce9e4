"""Signed tokens, so that clients that verify them can: RS256, with the key at the discovery document's address."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import cache

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tieout.providers.xero.sandbox.wire import Json

_KEY_ID = "sandbox"


def signed(claims: Json) -> str:
    """Return the claims as a signed token."""
    head = {"alg": "RS256", "kid": _KEY_ID, "typ": "JWT"}
    text = b".".join(_url(msgspec.json.encode(part)) for part in (head, claims))
    return (text + b"." + _url(_key().sign(text, padding.PKCS1v15(), hashes.SHA256()))).decode()


def keys() -> Json:
    """Return the key that verifies them, as a JWK set."""
    numbers = _key().public_key().public_numbers()
    return {
        "keys": [
            {
                "kty": "RSA",
                "use": "sig",
                "alg": "RS256",
                "kid": _KEY_ID,
                "n": _url(_bytes(numbers.n)).decode(),
                "e": _url(_bytes(numbers.e)).decode(),
            }
        ]
    }


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _url(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
