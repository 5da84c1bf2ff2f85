"""TC3-HMAC-SHA256, the signature of Tencent Cloud API 3.0.

Source: "Signature v3" in the Tencent Cloud API 3.0 documentation. Each intermediate text has a function, so
that a mismatch can be found by comparing them one by one. The signature covers the method, the query, the
body and the signed headers; action, version and region are *not* covered unless the client signs their
headers.
"""

import functools
import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from kmsnode.core.errors import Unauthenticated
from kmsnode.wire.message import RawRequest

_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 +Credential=(?P<id>[^/, ]{1,128})/"
    r"(?P<scope>(?P<date>\d{4}-\d\d-\d\d)/(?P<service>[A-Za-z0-9._:-]{1,128})/tc3_request), *"
    r"SignedHeaders=(?P<signed>[a-z0-9;-]{1,512}), *"
    r"Signature=(?P<signature>[0-9a-f]{64})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Authorization:
    secret_id: str
    scope: str
    date: str
    service: str
    signed: tuple[str, ...]
    signature: str


def parse_authorization(text: str) -> Authorization:
    """Raises Unauthenticated with reason "authorization"."""
    match = _AUTHORIZATION.fullmatch(text.strip())
    if match is None:
        raise Unauthenticated("the Authorization header is not TC3-HMAC-SHA256", reason="authorization")
    signed = tuple(match["signed"].split(";"))
    if not {"content-type", "host"} <= set(signed):
        raise Unauthenticated("content-type and host must be signed headers", reason="authorization")
    return Authorization(
        match["id"], match["scope"], match["date"], match["service"], signed, match["signature"]
    )


def canonical_request(raw: RawRequest, signed: tuple[str, ...], values: tuple[str, ...]) -> str:
    query = raw.query if raw.method == "GET" else ""
    headers = "".join(f"{name}:{value}\n" for name, value in zip(signed, values, strict=True))
    body = hashlib.sha256(b"" if raw.method == "GET" else raw.body).hexdigest()
    return "\n".join((raw.method, "/", query, headers, ";".join(signed), body))


def string_to_sign(canonical: str, timestamp: int, scope: str) -> str:
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{digest}"


# One derivation serves a whole day of requests of a caller.
@functools.lru_cache(maxsize=4096)
def signing_key(secret: bytes, date: str, service: str) -> bytes:
    key = b"TC3" + secret
    for part in (date, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def signature(secret: bytes, auth: Authorization, text: str) -> str:
    return hmac.digest(signing_key(secret, auth.date, auth.service), text.encode(), "sha256").hex()


def check_time(auth: Authorization, timestamp: int, now: float, skew_max_s: int) -> None:
    """Raises Unauthenticated with reason "expired" outside `skew_max_s` of `now`, or on another day's scope."""
    if abs(now - timestamp) > skew_max_s:
        raise Unauthenticated(
            f"X-TC-Timestamp is more than {skew_max_s} seconds from this server's time {int(now)}",
            reason="expired",
        )
    if auth.date != _date(timestamp // 86_400):
        raise Unauthenticated("the credential scope's date is not the timestamp's UTC date", reason="expired")


@functools.lru_cache(maxsize=4)
def _date(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y-%m-%d")


def verify(raw: RawRequest, auth: Authorization, timestamp: int, secret: bytes) -> None:
    """Raises Unauthenticated with reason "signature" unless `secret` made this signature."""
    for values in _spellings(raw, auth.signed):
        text = string_to_sign(canonical_request(raw, auth.signed, values), timestamp, auth.scope)
        if hmac.compare_digest(signature(secret, auth, text), auth.signature):
            return
    raise Unauthenticated("the signature does not match the request", reason="signature")


def _spellings(raw: RawRequest, signed: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The header values as a client may have signed them, the usual spelling first.

    The documentation says trimmed and lower-cased, the SDKs sign values as they send them, and Node signs
    the host without the port that it sends.
    """
    try:
        sent = tuple(raw.headers[name].strip() for name in signed)
    except KeyError as absent:
        raise Unauthenticated(f"signed header {absent} was not sent", reason="authorization") from None
    yield sent
    seen = {sent}
    for without_port, lower in ((False, True), (True, False), (True, True)):
        values = tuple(
            value.rpartition(":")[0] if without_port and name == "host" and ":" in value else value
            for name, value in zip(signed, sent, strict=True)
        )
        values = tuple(value.lower() for value in values) if lower else values
        if values not in seen:
            seen.add(values)
            yield values
