"""A request and an answer as they cross the door, before anybody has made sense of them."""

from dataclasses import dataclass, field

from kmsnode.core.errors import KmsError


@dataclass(frozen=True, slots=True)
class RawRequest:
    method: str
    path: str
    query: str  # as sent, without the question mark
    headers: dict[str, str] = field(repr=False)  # names in lower case, values as sent
    body: bytes = field(repr=False)
    source: str  # address the request came from
    received_at: float  # seconds since 1970 UTC, this node's clock
    cut: bool = False  # the body was longer than the door takes, and was not read to its end


@dataclass(frozen=True, slots=True)
class RawResponse:
    body: bytes = field(repr=False)
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"


class WireError(KmsError):
    """A fault in how a request is spelled; `code` is the protocol's own name for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
