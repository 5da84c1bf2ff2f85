"""Signatures against known answers, computed with the official Python SDK (SOURCES.md)."""

import dataclasses

import pytest

from kmsnode.core.errors import Unauthenticated
from kmsnode.wire import tc3
from kmsnode.wire.message import RawRequest

SECRET = b"SECRETEXAMPLE"
AT = 1_700_000_000
POST = "ce7b6df5ae2f2b254f84dcf224d945e334b6758a41a885128da17bf1c228b5e0"
GET = "a487e9a3da2c458f1acb7701b81328cb84d9cabe75eb81af1236b133b9e14598"


def request(method: str, signature: str, signed: str = "content-type;host") -> RawRequest:
    content_type = "application/json" if method == "POST" else "application/x-www-form-urlencoded"
    return RawRequest(
        method,
        "/",
        "" if method == "POST" else "NumberOfBytes=16",
        {
            "host": "kms.example:8443",
            "content-type": content_type,
            "authorization": "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2023-11-14/kms/tc3_request, "
            f"SignedHeaders={signed}, Signature={signature}",
        },
        b'{"NumberOfBytes": 16}' if method == "POST" else b"",
        "127.0.0.1",
        AT,
    )


def verify(raw: RawRequest, secret: bytes = SECRET, timestamp: int = AT) -> None:
    auth = tc3.parse_authorization(raw.headers["authorization"])
    tc3.verify(raw, auth, timestamp, secret)


def signed_with(raw: RawRequest, host: str) -> RawRequest:
    """`raw`, signed as a client does that signs another spelling of the host than it sends."""
    auth = tc3.parse_authorization(raw.headers["authorization"])
    values = tuple(host if name == "host" else raw.headers[name] for name in auth.signed)
    text = tc3.string_to_sign(tc3.canonical_request(raw, auth.signed, values), AT, auth.scope)
    signature = tc3.signature(SECRET, auth, text)
    authorization = raw.headers["authorization"].rpartition("=")[0] + "=" + signature
    return dataclasses.replace(raw, headers=raw.headers | {"authorization": authorization})


@pytest.mark.parametrize("raw", [request("POST", POST), request("GET", GET)], ids=["POST", "GET"])
def test_the_known_answers_verify(raw: RawRequest) -> None:
    verify(raw)


@pytest.mark.parametrize(
    "change",
    [
        {"body": b'{"NumberOfBytes": 17}'},
        {"method": "PUT"},
        {"headers": request("POST", POST).headers | {"host": "kms.example:8444"}},
        {"headers": request("POST", POST).headers | {"content-type": "text/plain"}},
        {"headers": request("POST", POST[:-1] + "1").headers},
    ],
)
def test_a_change_to_anything_signed_does_not_verify(change: dict[str, object]) -> None:
    raw = dataclasses.replace(request("POST", POST), **change)  # type: ignore[arg-type]
    with pytest.raises(Unauthenticated) as refused:
        verify(raw)
    assert refused.value.facts["reason"] == "signature"


def test_another_secret_or_time_does_not_verify() -> None:
    with pytest.raises(Unauthenticated):
        verify(request("POST", POST), secret=b"SECRETEXAMPLF")
    with pytest.raises(Unauthenticated):
        verify(request("POST", POST), timestamp=AT + 1)


@pytest.mark.parametrize("host", ["kms.example", "KMS.example:8443", "kms.example:8443"])
def test_hosts_are_taken_as_the_clients_spell_them(host: str) -> None:
    raw = request("POST", POST)
    sent = dataclasses.replace(raw, headers=raw.headers | {"host": "KMS.example:8443"})
    verify(signed_with(sent, host if host != "kms.example" else "KMS.example"))


def test_a_port_that_was_not_sent_is_not_invented() -> None:
    raw = request("POST", POST)
    sent = dataclasses.replace(raw, headers=raw.headers | {"host": "kms.example"})
    with pytest.raises(Unauthenticated):
        verify(signed_with(sent, "kms.example:8443"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SKIP",
        "TC3-HMAC-SHA256 Credential=a/2023-11-14/kms/tc3_request",
        request("POST", POST).headers["authorization"].replace("tc3_request", "tc4_request"),
        request("POST", POST).headers["authorization"].replace("content-type;host", "host"),
        request("POST", POST).headers["authorization"].replace("content-type;host", "content-type"),
        request("POST", POST).headers["authorization"] + "0",
    ],
)
def test_a_malformed_authorization_is_named_as_such(text: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        tc3.parse_authorization(text)
    assert refused.value.facts["reason"] == "authorization"


def test_a_signed_header_that_was_not_sent_is_refused() -> None:
    with pytest.raises(Unauthenticated) as refused:
        verify(request("POST", POST, signed="content-type;host;x-tc-action"))
    assert refused.value.facts["reason"] == "authorization"


@pytest.mark.parametrize(("timestamp", "now"), [(AT, AT + 301), (AT + 301, AT), (AT + 86_400, AT + 86_400)])
def test_another_time_or_day_is_expired(timestamp: int, now: int) -> None:
    auth = tc3.parse_authorization(request("POST", POST).headers["authorization"])
    with pytest.raises(Unauthenticated) as refused:
        tc3.check_time(auth, timestamp, now, 300)
    assert refused.value.facts["reason"] == "expired"


@pytest.mark.parametrize("skew", [-300, 0, 300])
def test_five_minutes_of_skew_are_allowed(skew: int) -> None:
    auth = tc3.parse_authorization(request("POST", POST).headers["authorization"])
    tc3.check_time(auth, AT, AT + skew, 300)
