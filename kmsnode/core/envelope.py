"""The ciphertext a caller keeps: a small header, then what the HSM made.

    0   magic "KN"               2 bytes
    2   format, 1                1 byte
    3   algorithm number         1 byte
    4   key version              4 bytes, big endian
    8   key id                  16 bytes, the UUID
    24  nonce                    as long as the algorithm says (12 for AES-256-GCM)
    ..  ciphertext and tag

On the wire it is standard base64 of these bytes. Header and encryption context are authenticated with the
ciphertext, so that a blob cannot be moved to another key, version, algorithm or context. Callers store these
for years: format 1 is read for as long as the project lives.
"""

import base64
import binascii
import json
import struct
import uuid
from dataclasses import dataclass
from typing import Any

from kmsnode.core import codec
from kmsnode.core.algorithms import BY_NUMBER, Algorithm
from kmsnode.core.errors import BadCiphertext, BadRequest

_HEADER = struct.Struct(">2sBBI16s")
_MAGIC, _FORMAT = b"KN", 1
CONTEXT_MAX_CHARS = 1024


@dataclass(frozen=True, slots=True)
class Sealed:
    algorithm: Algorithm
    key_id: str
    version: int
    header: bytes
    nonce: bytes
    body: bytes


def header(algorithm: Algorithm, key_id: str, version: int) -> bytes:
    return _HEADER.pack(_MAGIC, _FORMAT, algorithm.number, version, uuid.UUID(key_id).bytes)


def pack(head: bytes, nonce: bytes, body: bytes) -> str:
    return binascii.b2a_base64(head + nonce + body, newline=False).decode()


def unpack(text: str) -> Sealed:
    """Raises BadCiphertext for anything that is not a whole format 1 blob, spelled as `pack` spells it."""
    try:
        blob = base64.b64decode(text, validate=True)
    except ValueError:
        raise BadCiphertext("this is not a ciphertext of this service") from None
    # Base64 has spare bits in its last letter: only one spelling of a ciphertext is taken, so that
    # no letter of it can change unnoticed.
    if len(blob) < _HEADER.size or binascii.b2a_base64(blob, newline=False).decode() != text:
        raise BadCiphertext("this is not a ciphertext of this service")
    magic, fmt, number, version, raw_id = _HEADER.unpack_from(blob)
    algorithm = BY_NUMBER.get(number)
    if magic != _MAGIC or fmt != _FORMAT or algorithm is None:
        raise BadCiphertext("this is not a ciphertext of this service")
    body_at = _HEADER.size + algorithm.nonce_bytes
    if len(blob) < body_at + algorithm.tag_bytes:
        raise BadCiphertext("this ciphertext is cut short")
    head, nonce, body = blob[: _HEADER.size], blob[_HEADER.size : body_at], blob[body_at:]
    return Sealed(algorithm, str(uuid.UUID(bytes=raw_id)), version, head, nonce, body)


def canonical_context(text: str) -> bytes:
    """The encryption context as bytes that are equal when the JSON objects are equal; b"" for none.

    `text` is a JSON object of at most 1024 characters; absent, "" and {} all mean that there is none, for
    clients differ in what they send then. Names may come in any order. Raises BadRequest.
    """
    if not text:
        return b""
    if len(text) > CONTEXT_MAX_CHARS:
        raise _bad_context(f"must be at most {CONTEXT_MAX_CHARS} characters")
    try:
        context: Any = codec.loads_plain(text)
    except BadRequest:
        raise _bad_context("must be a JSON object as text, with no name repeated") from None
    if not isinstance(context, dict):
        raise _bad_context("must be a JSON object as text")
    if not context:
        return b""
    try:
        return json.dumps(context, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    except ValueError:  # a number such as 1e999
        raise _bad_context("must not hold a number out of range") from None


def associated_data(head: bytes, context: bytes) -> bytes:
    """What is authenticated beside the plaintext; `head` has a fixed length, so the join is unambiguous."""
    return head + context


def _bad_context(rule: str) -> BadRequest:
    return BadRequest(rule, field="encryption_context", rule="value")
