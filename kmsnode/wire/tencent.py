"""Tencent Cloud API 3.0 for the service kms, version 2019-01-18: JSON in, JSON out, errors within HTTP 200.

Every answer is HTTP 200 with Content-Type exactly application/json: the official Python SDK reads an error
only then, and takes one with a charset suffix for an empty success.
"""

import functools
import json
import urllib.parse
from dataclasses import dataclass, field
from typing import Any, Protocol

from kmsnode.core import codec, errors
from kmsnode.core.errors import BadRequest, KmsError, Unauthenticated
from kmsnode.wire import tc3
from kmsnode.wire.message import RawRequest, RawResponse, WireError

API_VERSION = "2019-01-18"
GET_MAX_BYTES, POST_MAX_BYTES = 32 * 1024, 1024 * 1024
_PARAMETERS_MAX, _NESTING_MAX = 1000, 8

_AUTH_CODES = {
    "authorization": "AuthFailure.InvalidAuthorization",
    "secret_id": "AuthFailure.SecretIdNotFound",
    "expired": "AuthFailure.SignatureExpire",
    "signature": "AuthFailure.SignatureFailure",
    "token": "AuthFailure.TokenFailure",
}
_RULE_CODES = {
    "json": "InvalidRequest",
    "missing": "MissingParameter",
    "unknown": "UnknownParameter",
    "type": "InvalidParameter",
}
_VALUE_CODES = {  # a value that breaks its field's rule; any other field: InvalidParameter
    "KeyId": "InvalidParameterValue.InvalidKeyId",
    "Alias": "InvalidParameterValue.InvalidAlias",
    "KeyUsage": "InvalidParameterValue.InvalidKeyUsage",
    "Type": "InvalidParameterValue.InvalidType",
    "HsmClusterId": "InvalidParameterValue.InvalidHsmClusterId",
    "Plaintext": "InvalidParameterValue.InvalidPlaintext",
    "Tags": "InvalidParameterValue.TagKeysDuplicated",
    "EncryptionPublicKey": "FailedOperation.EncryptionError",
    "IsHostedByKms": "InvalidParameterValue.InvalidType",
}
_KIND_CODES: dict[tuple[type[KmsError], str], str] = {  # by the error and its fact `kind`
    (errors.NotFound, "key"): "ResourceUnavailable.CmkNotFound",
    (errors.Conflict, "alias"): "InvalidParameterValue.AliasAlreadyExists",
    (errors.LimitExceeded, "key"): "LimitExceeded.CmkLimitExceeded",
    (errors.Denied, "member_account"): "UnsupportedOperation.NotRoleOperation",
    (errors.BadRequest, "key_usage_not_offered"): "UnsupportedOperation.UnsupportedKeyUsageInCurrentRegion",
}
_CODES: dict[type[KmsError], str] = {
    errors.Denied: "UnauthorizedOperation",
    errors.BadCiphertext: "InvalidParameterValue.InvalidCiphertext",
    errors.Unavailable: "ServiceUnavailable",
    errors.OutcomeUnknown: "InternalError.OutcomeUnknown",
}
_STATE_CODES = {  # using a key in the wrong state; anything else: CmkStateNotSupport
    ("use", "Disabled"): "ResourceUnavailable.CmkDisabled",
    ("use", "PendingDelete"): "ResourceUnavailable.CmkDisabled",
    ("use", "PendingImport"): "ResourceUnavailable.CmkDisabled",
    ("use", "Archived"): "ResourceUnavailable.CmkArchived",
}


class KnownAction(Protocol):
    @property
    def request(self) -> type: ...
    @property
    def response(self) -> type: ...


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose common parameters are in order; its caller is not yet believed."""

    raw: RawRequest
    action: str
    authorization: tc3.Authorization
    timestamp: int

    @property
    def secret_id(self) -> str:
        return self.authorization.secret_id

    def verify(self, secret: bytes) -> None:
        """Raises Unauthenticated unless `secret` signed the request."""
        tc3.verify(self.raw, self.authorization, self.timestamp, secret)


@dataclass(frozen=True, slots=True)
class Tencent:
    """The protocol as one deployment speaks it."""

    region: str
    # Node's SDK takes the service name from the first label of the endpoint: deployments may allow more.
    service_names: frozenset[str] = field(default=frozenset({"kms"}))
    skew_max_s: int = 300  # how far a request's timestamp may be from this node's clock

    def read(self, raw: RawRequest) -> Call:
        """Common parameters in documented order. Raises WireError or Unauthenticated."""
        if raw.method not in ("GET", "POST"):
            raise WireError("UnsupportedProtocol", f"method {raw.method} is not GET or POST")
        if raw.cut or (raw.method == "GET" and len(raw.query) > GET_MAX_BYTES):
            limit = GET_MAX_BYTES if raw.method == "GET" else POST_MAX_BYTES
            raise WireError("RequestSizeLimitExceeded", f"a {raw.method} request is at most {limit} bytes")
        action = _required(raw, "X-TC-Action")
        timestamp = _required(raw, "X-TC-Timestamp")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise WireError("InvalidParameter", "X-TC-Timestamp must be whole seconds since 1970")
        authorization = tc3.parse_authorization(raw.headers.get("authorization", ""))
        if authorization.service not in self.service_names:
            raise Unauthenticated(
                f"the credential scope's service is not {' or '.join(sorted(self.service_names))}",
                reason="authorization",
            )
        if raw.headers.get("x-tc-content-sha256") == "UNSIGNED-PAYLOAD":
            raise Unauthenticated("an unsigned body is not accepted here", reason="signature")
        tc3.check_time(authorization, int(timestamp), raw.received_at, self.skew_max_s)
        return Call(raw, action, authorization, int(timestamp))

    def check_addressee(self, call: Call) -> None:
        """Version and region, asked only after the caller is believed. Raises WireError."""
        version = _required(call.raw, "X-TC-Version")
        if version != API_VERSION:
            raise WireError("NoSuchVersion", f"version {version!r} is not {API_VERSION}")
        region = call.raw.headers.get("x-tc-region", self.region)
        if region != self.region:
            raise WireError("UnsupportedRegion", f"region {region!r} is not served here: use {self.region}")

    def parse(self, call: Call, action: KnownAction) -> Any:
        """The action's request. Raises BadRequest naming the field, spelled as the caller spells it."""
        raw = call.raw
        if raw.method == "GET":
            plain = _unflatten(raw.query)
        else:
            media_type = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
            if media_type != "application/json":
                raise WireError("InvalidRequest", "Content-Type must be application/json")
            plain = codec.loads_plain(raw.body or b"{}")
        if not isinstance(plain, dict):
            raise BadRequest("the body must be a JSON object", rule="json")
        return codec.decoder(action.request, pascal, lenient=True)(plain, "")

    def answer(self, call: Call, action: KnownAction, result: Any, request_id: str) -> RawResponse:
        plain = codec.encoder(action.response, pascal)(result)
        present = {name: value for name, value in plain.items() if value is not None}
        return _respond(call.raw, {**present, "RequestId": request_id})

    def refuse(self, raw: RawRequest, error: KmsError, request_id: str) -> RawResponse:
        return _respond(
            raw, {"Error": {"Code": code(error), "Message": _message(error)}, "RequestId": request_id}
        )

    def fault(self, raw: RawRequest, request_id: str) -> RawResponse:
        """The answer to a bug: it says nothing but where to look."""
        message = f"internal error; the node's log tells more under request id {request_id}"
        return _respond(
            raw, {"Error": {"Code": "InternalError", "Message": message}, "RequestId": request_id}
        )


def code(error: KmsError) -> str:
    """The documented code of an error. Source: KMS error codes and the common error codes of API 3.0."""
    facts = error.facts
    by_kind = _KIND_CODES.get((type(error), facts.get("kind", "")))
    if by_kind is not None:
        return by_kind
    match error:
        case WireError():
            return error.code
        case errors.Unauthenticated():
            return _AUTH_CODES[facts["reason"]]
        case errors.BadRequest():
            top_field = pascal(facts.get("field", "").partition(".")[0])
            return _RULE_CODES.get(facts["rule"]) or _VALUE_CODES.get(top_field, "InvalidParameter")
        case errors.WrongState():
            key = (facts["need"], facts["state"])
            return _STATE_CODES.get(key, "ResourceUnavailable.CmkStateNotSupport")
    return _CODES.get(type(error), "InternalError")


@functools.cache
def pascal(name: str) -> str:
    """key_id → KeyId; a name already spelled so stays."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _message(error: KmsError) -> str:
    spelled = pascal(error.facts["field"]) if error.facts.get("field") else ""
    return f"{spelled} {error}".lstrip()


def _required(raw: RawRequest, header: str) -> str:
    value = raw.headers.get(header.lower())
    if not value:
        raise WireError("MissingParameter", f"header {header} is required")
    return value


def _unflatten(query: str) -> dict[str, Any]:
    """`Tags.0.TagKey=a` → {"Tags": [{"TagKey": "a"}]}. Raises BadRequest for a name that does not nest."""
    tree: dict[str, Any] = {}
    try:
        pairs = urllib.parse.parse_qsl(query, keep_blank_values=True, max_num_fields=_PARAMETERS_MAX)
    except ValueError:
        raise BadRequest(f"the query must have at most {_PARAMETERS_MAX} parameters", rule="json") from None
    for name, value in pairs:
        at = tree
        *parents, leaf = name.split(".")
        if len(parents) > _NESTING_MAX:
            raise BadRequest("is nested too deeply", field=name[:64], rule="type")
        for part in parents:
            at = at.setdefault(part, {})
            if not isinstance(at, dict):
                raise BadRequest("is given twice", field=name, rule="type")
        if leaf in at:
            raise BadRequest("is given twice", field=name, rule="type")
        at[leaf] = value
    return {name: _listed(value) for name, value in tree.items()}


def _listed(node: Any) -> Any:
    """An object whose names are 0, 1, 2 … is a list."""
    if not isinstance(node, dict):
        return node
    inner = {name: _listed(value) for name, value in node.items()}
    if set(inner) == {str(i) for i in range(len(inner))}:
        return [inner[str(i)] for i in range(len(inner))]
    return inner


_to_json = json.JSONEncoder(separators=(",", ":")).encode


def _respond(raw: RawRequest, inner: dict[str, Any]) -> RawResponse:
    # Node's SDK reads the trace id of an error from this header.
    trace = raw.headers.get("x-tc-traceid", "")
    headers = (("x-tc-traceid", trace),) if trace and trace.isascii() and trace.isprintable() else ()
    return RawResponse(_to_json({"Response": inner}).encode(), headers=headers)
