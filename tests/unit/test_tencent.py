"""The common parameters, the envelope and the error codes of API 3.0."""

import json
from dataclasses import dataclass

import pytest

from kmsnode.core import errors
from kmsnode.core.errors import BadRequest, KmsError, Unauthenticated
from kmsnode.core.model import Tag
from kmsnode.wire import tencent
from kmsnode.wire.message import RawRequest, WireError

PROTOCOL = tencent.Tencent("ap-guangzhou")
HEADERS = {
    "host": "kms.example:8443",
    "content-type": "application/json; charset=utf-8",
    "x-tc-action": "Paint",
    "x-tc-version": "2019-01-18",
    "x-tc-timestamp": "1700000000",
    "x-tc-region": "ap-guangzhou",
    "authorization": "TC3-HMAC-SHA256 Credential=AKID/2023-11-14/kms/tc3_request, "
    "SignedHeaders=content-type;host, Signature=" + "0" * 64,
}


@dataclass(frozen=True, slots=True)
class PaintRequest:
    key_id: str
    number_of_bytes: int = 0
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class PaintResponse:
    key_id: str
    data_key_id: str | None = None


class Paint:
    request: type = PaintRequest
    response: type = PaintResponse


def raw(
    method: str = "POST", query: str = "", body: bytes = b"", cut: bool = False, **headers: str | None
) -> RawRequest:
    changed = HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {name: value for name, value in changed.items() if value is not None}
    return RawRequest(method, "/", query, sent, body, "127.0.0.1", 1_700_000_000, cut)


def code_of(request: RawRequest) -> str:
    with pytest.raises(KmsError) as refused:
        PROTOCOL.check_addressee(PROTOCOL.read(request))
    return tencent.code(refused.value)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (raw(method="PUT"), "UnsupportedProtocol"),
        (raw(cut=True), "RequestSizeLimitExceeded"),
        (raw(method="GET", query="A=" + "a" * 32_768), "RequestSizeLimitExceeded"),
        (raw(x_tc_action=None), "MissingParameter"),
        (raw(x_tc_timestamp=None), "MissingParameter"),
        (raw(x_tc_timestamp="now"), "InvalidParameter"),
        (raw(x_tc_timestamp="1" * 13), "InvalidParameter"),
        (raw(authorization=None), "AuthFailure.InvalidAuthorization"),
        (raw(authorization="SKIP"), "AuthFailure.InvalidAuthorization"),
        (
            raw(authorization=HEADERS["authorization"].replace("/kms/", "/cvm/")),
            "AuthFailure.InvalidAuthorization",
        ),
        (raw(x_tc_content_sha256="UNSIGNED-PAYLOAD"), "AuthFailure.SignatureFailure"),
        (raw(x_tc_timestamp="1699999000"), "AuthFailure.SignatureExpire"),
        (raw(x_tc_version=None), "MissingParameter"),
        (raw(x_tc_version="2020-01-01"), "NoSuchVersion"),
        (raw(x_tc_region="ap-mars"), "UnsupportedRegion"),
    ],
)
def test_common_parameters_that_are_wrong_have_their_code(request_: RawRequest, code: str) -> None:
    assert code_of(request_) == code


def test_a_region_may_be_left_out() -> None:
    PROTOCOL.check_addressee(PROTOCOL.read(raw(x_tc_region=None)))


def test_a_deployment_may_answer_to_more_service_names() -> None:
    alias = raw(authorization=HEADERS["authorization"].replace("/kms/", "/localhost:9000/"))
    assert code_of(alias) == "AuthFailure.InvalidAuthorization"
    tencent.Tencent("ap-guangzhou", frozenset({"kms", "localhost:9000"})).read(alias)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "InvalidRequest"),
        (b"[]", "InvalidRequest"),
        (b'"a"', "InvalidRequest"),
        (b"[" * 100_000, "InvalidRequest"),
        (b"{}", "MissingParameter"),
        (b'{"KeyId": 1}', "InvalidParameter"),
        (b'{"KeyId": "a", "Colour": "red"}', "UnknownParameter"),
        (b'{"KeyId": "a", "NumberOfBytes": "x"}', "InvalidParameter"),
        (b'{"KeyId": "a", "NumberOfBytes": 1.5}', "InvalidParameter"),
    ],
)
def test_bodies_that_are_wrong_have_their_code_and_name_the_field(body: bytes, code: str) -> None:
    with pytest.raises(KmsError) as refused:
        PROTOCOL.parse(PROTOCOL.read(raw(body=body)), Paint())
    assert tencent.code(refused.value) == code


def test_another_content_type_is_refused() -> None:
    with pytest.raises(WireError) as refused:
        PROTOCOL.parse(PROTOCOL.read(raw(content_type="multipart/form-data; boundary=x")), Paint())
    assert refused.value.code == "InvalidRequest"


def test_json_and_flattened_parameters_mean_the_same() -> None:
    body = b'{"KeyId": "a", "NumberOfBytes": "7", "Tags": [{"TagKey": "k", "TagValue": "v"}], "Role": null}'
    wanted = PaintRequest("a", 7, (Tag("k", "v"),))
    with pytest.raises(BadRequest):  # unknown even when null
        PROTOCOL.parse(PROTOCOL.read(raw(body=body)), Paint())
    posted = PROTOCOL.parse(PROTOCOL.read(raw(body=body.replace(b', "Role": null', b""))), Paint())
    query = "KeyId=a&NumberOfBytes=7&Tags.0.TagKey=k&Tags.0.TagValue=v"
    got = PROTOCOL.parse(PROTOCOL.read(raw(method="GET", query=query)), Paint())
    assert posted == got == wanted


@pytest.mark.parametrize(
    "query", ["KeyId=a&KeyId=b", "KeyId=a&KeyId.0=b", "KeyId" + ".0" * 1000 + "=a", "a=1&" * 2000]
)
def test_parameters_that_do_not_nest_are_refused(query: str) -> None:
    with pytest.raises(BadRequest):
        PROTOCOL.parse(PROTOCOL.read(raw(method="GET", query=query)), Paint())


def test_an_answer_is_enveloped_with_its_request_id_and_leaves_out_what_there_is_not() -> None:
    request = PROTOCOL.read(raw(x_tc_traceid="trace-1"))
    answer = PROTOCOL.answer(request, Paint(), PaintResponse("a"), "r1")
    assert json.loads(answer.body) == {"Response": {"KeyId": "a", "RequestId": "r1"}}
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert answer.headers == (("x-tc-traceid", "trace-1"),)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadRequest("is bad", field="key_id", rule="value"), "InvalidParameterValue.InvalidKeyId"),
        (BadRequest("is bad", field="plaintext", rule="value"), "InvalidParameterValue.InvalidPlaintext"),
        (BadRequest("is bad", field="alias", rule="value"), "InvalidParameterValue.InvalidAlias"),
        (BadRequest("is bad", field="description", rule="value"), "InvalidParameter"),
        (BadRequest("is bad", field="Tags.0.TagKey", rule="unknown"), "UnknownParameter"),
        (Unauthenticated("who", reason="secret_id"), "AuthFailure.SecretIdNotFound"),
        (Unauthenticated("who", reason="token"), "AuthFailure.TokenFailure"),
        (errors.Denied("no"), "UnauthorizedOperation"),
        (errors.Denied("no", kind="member_account"), "UnsupportedOperation.NotRoleOperation"),
        (errors.NotFound("none", kind="key"), "ResourceUnavailable.CmkNotFound"),
        (errors.Conflict("taken", kind="alias"), "InvalidParameterValue.AliasAlreadyExists"),
        (errors.LimitExceeded("full", kind="key"), "LimitExceeded.CmkLimitExceeded"),
        (errors.BadCiphertext("no"), "InvalidParameterValue.InvalidCiphertext"),
        (errors.WrongState("no", state="Disabled", need="use"), "ResourceUnavailable.CmkDisabled"),
        (errors.WrongState("no", state="Archived", need="use"), "ResourceUnavailable.CmkArchived"),
        (
            errors.WrongState("no", state="PendingDelete", need="move"),
            "ResourceUnavailable.CmkStateNotSupport",
        ),
        (errors.Unavailable("later"), "ServiceUnavailable"),
        (errors.OutcomeUnknown("perhaps"), "InternalError.OutcomeUnknown"),
        (KmsError("?"), "InternalError"),
    ],
)
def test_each_error_has_its_documented_code(error: KmsError, code: str) -> None:
    refused = json.loads(PROTOCOL.refuse(raw(), error, "r1").body)["Response"]
    assert (refused["Error"]["Code"], refused["RequestId"]) == (code, "r1")


def test_a_refusal_names_the_field_as_the_caller_spells_it() -> None:
    error = BadRequest("must be 1 to 4096 bytes", field="plaintext", rule="value")
    refused = json.loads(PROTOCOL.refuse(raw(), error, "r1").body)["Response"]
    assert refused["Error"]["Message"] == "Plaintext must be 1 to 4096 bytes"


def test_a_trace_id_cannot_carry_a_line_break_into_the_answer() -> None:
    answer = PROTOCOL.fault(raw(x_tc_traceid="a\r\nset-cookie: b"), "r1")
    assert answer.headers == ()
