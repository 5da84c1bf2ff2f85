"""The life of a key, decided: which wish may find a key in which state, and what it leaves behind.

    decide(view, entry)  ->  the records as they are afterwards, or a KmsError saying why not

All that may or may not happen to a key is decided here and nowhere else. Nothing here reads a clock, a random
source, a file or the HSM.
"""

import dataclasses
import enum
from typing import Protocol

from kmsnode.core import messages as m
from kmsnode.core.algorithms import BY_NAME
from kmsnode.core.errors import BadRequest, Conflict, LimitExceeded, NotFound, WrongState
from kmsnode.core.genesis import Founding
from kmsnode.core.model import Credential, Key, KeyState, KeyVersion

S = KeyState
Record = Key | Credential | Founding

# command: {state it may find the key in: state it leaves it in}
MOVES: dict[type[m.KeyMove], dict[KeyState, KeyState]] = {
    m.EnableKey: {S.DISABLED: S.ENABLED, S.ENABLED: S.ENABLED},
    m.DisableKey: {S.ENABLED: S.DISABLED, S.DISABLED: S.DISABLED},
}


class Use(enum.Enum):
    """What a crypto call does with a key."""

    PROTECT = enum.auto()  # encrypt, sign
    RECOVER = enum.auto()  # decrypt


USABLE: dict[Use, frozenset[KeyState]] = {
    Use.PROTECT: frozenset({S.ENABLED}),
    Use.RECOVER: frozenset({S.ENABLED, S.ARCHIVED}),
}


class View(Protocol):
    """The part of the replicated state a decision may look at."""

    def founding(self) -> Founding | None: ...
    def key(self, key_id: str) -> Key | None: ...
    def key_id_of_alias(self, alias: str) -> str | None: ...
    def key_count(self, state: KeyState) -> int: ...


def require_usable(key: Key, use: Use) -> None:
    """Raises WrongState unless the key's state allows `use`."""
    if key.state not in USABLE[use]:
        raise WrongState(f"key {key.key_id} is {key.state}", state=key.state, need="use")


def decide(view: View, entry: m.Entry) -> tuple[Record, ...]:
    """Raises a KmsError; then nothing has happened."""
    match entry.command:
        case m.Found(founding):
            if view.founding() is not None:
                raise Conflict("the cluster is already founded", kind="founding")
            return (founding, founding.root)
        case m.CreateKey() as wish:
            return (_create(view, wish, entry.at),)
        case m.EnableKey() | m.DisableKey() as wish:
            return (_move(view, wish),)


def _create(view: View, wish: m.CreateKey, at: int) -> Key:
    if wish.algorithm not in BY_NAME:
        raise BadRequest("is not an algorithm of this release", field="key_usage", rule="value")
    if view.key_id_of_alias(wish.alias) is not None:
        raise Conflict(f"alias {wish.alias} is taken", kind="alias")
    if sum(view.key_count(state) for state in KeyState if state is not S.PENDING_DELETE) >= wish.key_limit:
        raise LimitExceeded(f"there are {wish.key_limit} keys, as many as may be", kind="key")
    return Key(
        wish.key_id,
        wish.creator_uin,
        wish.alias,
        wish.description,
        wish.algorithm,
        S.ENABLED,
        at,
        (KeyVersion(1, wish.material, at),),
        wish.tags,
    )


def _move(view: View, wish: m.KeyMove) -> Key:
    key = view.key(wish.key_id)
    if key is None:
        raise NotFound(f"there is no key {wish.key_id}", kind="key")
    to = MOVES[type(wish)].get(key.state)
    if to is None:
        raise WrongState(f"key {key.key_id} is {key.state}", state=key.state, need="move")
    return dataclasses.replace(key, state=to)
