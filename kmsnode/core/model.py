"""What the cluster knows: keys, their versions, callers' credentials.

Records are frozen; a change makes a new one. Times are whole seconds since 1970 UTC, as the leader read them
when it accepted the change.
"""

import enum
from dataclasses import dataclass, field

from kmsnode.core.algorithms import BY_NAME, Algorithm


class KeyState(enum.StrEnum):
    ENABLED = "Enabled"
    DISABLED = "Disabled"
    PENDING_IMPORT = "PendingImport"
    PENDING_DELETE = "PendingDelete"
    ARCHIVED = "Archived"


@dataclass(frozen=True, slots=True)
class Material:
    """A version's key bytes as they travel: wrapped by the domain key, bound to key id and version."""

    blob: bytes = field(repr=False)  # drawn in hsm.blob
    check_value: bytes = b""  # says that two HSMs hold the same key and nothing else about it
    public_key: bytes = b""  # DER SubjectPublicKeyInfo; empty for symmetric keys


@dataclass(frozen=True, slots=True)
class KeyVersion:
    number: int  # 1, 2, ... within its key
    material: Material
    created_at: int


@dataclass(frozen=True, slots=True)
class KeyRef:
    """One version of one key: all that custody needs to find, or install, its material."""

    key_id: str
    version: int
    algorithm: Algorithm
    material: Material


@dataclass(frozen=True, slots=True)
class Tag:
    tag_key: str
    tag_value: str


@dataclass(frozen=True, slots=True)
class Key:
    key_id: str  # UUID
    creator_uin: int
    alias: str
    description: str
    algorithm: str  # a name in core.algorithms
    state: KeyState
    created_at: int
    versions: tuple[KeyVersion, ...]
    tags: tuple[Tag, ...] = ()

    @property
    def current(self) -> KeyRef:
        return self._ref(self.versions[-1])

    def version(self, number: int) -> KeyRef | None:
        """The version that made a ciphertext; None when this key never had it or it is gone."""
        return next((self._ref(v) for v in self.versions if v.number == number), None)

    def _ref(self, version: KeyVersion) -> KeyRef:
        return KeyRef(self.key_id, version.number, BY_NAME[self.algorithm], version.material)


@dataclass(frozen=True, slots=True)
class Credential:
    """An API credential. The secret is sealed by the HSM's seal key, bound to `secret_id`."""

    secret_id: str
    uin: int
    sealed_secret: bytes = field(repr=False)
    enabled: bool = True
