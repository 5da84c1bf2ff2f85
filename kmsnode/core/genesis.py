"""The founding document: what a cluster is born with, the same on every founding node.

It holds no secret in the clear: the root credential's secret is sealed by the HSMs' seal key. Whichever
founding member leads first puts it into the log, once; a cluster that has it never takes another.
"""

from dataclasses import dataclass

from kmsnode.core import codec
from kmsnode.core.model import Credential


@dataclass(frozen=True, slots=True)
class FoundingMember:
    """Addresses are "host:port"; `api` is what clients are told, an URL."""

    name: str
    datacenter: str
    raft: str
    peer: str
    api: str


@dataclass(frozen=True, slots=True)
class Founding:
    cluster_id: str  # UUID
    region: str
    account_uin: int  # the main account: owns every key, may do everything
    created_at: int  # whole seconds since 1970 UTC
    members: tuple[FoundingMember, ...]
    root: Credential

    def to_json(self) -> bytes:
        return codec.dumps(self)


def from_json(data: bytes) -> Founding:
    """Raises BadRequest naming the field that is wrong."""
    return codec.loads(Founding, data)
