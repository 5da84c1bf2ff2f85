"""What enters the log: wishes (commands), stamped by the leader into entries, and what came of them.

The leader stamps a command into an Entry before it is proposed: time, identifiers and wrapped material are
decided by then, so that every node draws the same state from it. The meaning of a kind never changes once a
release has shipped it; a new meaning is a new kind, proposed only when every member's release knows it.
"""

from dataclasses import dataclass
from typing import Any

from kmsnode.core import codec, errors
from kmsnode.core.genesis import Founding
from kmsnode.core.model import Material, Tag


@dataclass(frozen=True, slots=True)
class Found:
    """The first entry of a cluster's life; a second one is refused."""

    founding: Founding


@dataclass(frozen=True, slots=True)
class CreateKey:
    key_id: str
    creator_uin: int
    alias: str
    description: str
    algorithm: str
    material: Material
    tags: tuple[Tag, ...]
    key_limit: int  # living keys there may be after this one, as the leader's configuration said


@dataclass(frozen=True, slots=True)
class EnableKey:
    key_id: str


@dataclass(frozen=True, slots=True)
class DisableKey:
    key_id: str


Command = Found | CreateKey | EnableKey | DisableKey
KeyMove = EnableKey | DisableKey
KINDS: dict[str, Any] = {kind.__name__: kind for kind in (Found, CreateKey, EnableKey, DisableKey)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A stamped command: the unit of the log."""

    entry_id: str  # chosen by whoever proposes; a repeat of it changes nothing and answers the same
    at: int  # whole seconds since 1970 UTC
    by: str  # who asked: a uin, or the name of a duty
    command: Command


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What applying an entry answers: nothing, or why it was refused."""

    error: str | None = None
    message: str = ""
    facts: tuple[Fact, ...] = ()

    def require_done(self) -> None:
        """Raises the refusal, as the KmsError it was when it was decided."""
        if self.error is not None:
            raise errors.BY_NAME[self.error](self.message, **{f.name: f.value for f in self.facts})


def refused(why: errors.KmsError) -> Outcome:
    return Outcome(type(why).__name__, str(why), tuple(Fact(*pair) for pair in sorted(why.facts.items())))


def encode(entry: Entry) -> bytes:
    kind: Any = type(entry.command)
    body = codec.encoder(kind)(entry.command)
    return codec.dumps_plain(
        {"id": entry.entry_id, "at": entry.at, "by": entry.by, "kind": kind.__name__, "body": body}
    )


def decode(data: bytes) -> Entry:
    """Raises KeyError for a kind this release does not know: a node that cannot follow the log must stop."""
    raw = codec.loads_plain(data)
    command = codec.decoder(KINDS[raw["kind"]])(raw["body"], "")
    return Entry(raw["id"], raw["at"], raw["by"], command)
