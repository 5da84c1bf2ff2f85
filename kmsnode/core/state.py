"""The replicated state: its tables, a typed view of them, and apply().

Tables are name prefixes in one ordered map of bytes:

    founding                     Founding
    clock                        the latest time seen, whole seconds, decimal
    key/<key id>                 Key
    alias/<alias>                key id
    newest/<8 bytes>             key id, newest first: 2^64 - 1 - log index of its creation, big endian
    count/<key state>            how many keys are in it, decimal
    credential/<secret id>       Credential
    done/<entry id>              Outcome of an entry, so that a repeat of it is harmless
    doneat/<8 bytes>             entry id, by log index, so that old outcomes can be let go
"""

import dataclasses
import functools
import struct
from collections.abc import Iterator
from typing import Protocol

from kmsnode.core import codec, lifecycle
from kmsnode.core import messages as m
from kmsnode.core.errors import KmsError
from kmsnode.core.genesis import Founding
from kmsnode.core.model import Credential, Key, KeyState

DONE_KEPT = 100_000  # entries after which the outcome of an entry id is forgotten
_INDEX = struct.Struct(">Q")
_LAST_INDEX = 2**64 - 1


class Read(Protocol):
    """What a view needs from a store. Scans come in byte order and start behind `after` when it is given."""

    def get(self, key: bytes) -> bytes | None: ...
    def scan(self, prefix: bytes, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]: ...


class Txn(Read, Protocol):
    """What apply needs from a store."""

    def put(self, key: bytes, value: bytes) -> None: ...
    def delete(self, key: bytes) -> None: ...


# A record is decoded once for each value it has had: equal bytes are equal records, and records are frozen.
@functools.lru_cache(maxsize=16_384)
def _key_of(data: bytes) -> Key:
    return codec.loads(Key, data)


@functools.lru_cache(maxsize=4_096)
def _credential_of(data: bytes) -> Credential:
    return codec.loads(Credential, data)


class View:
    """Typed reads over one transaction: everything seen is of one instant."""

    def __init__(self, txn: Read) -> None:
        self._txn = txn

    def founding(self) -> Founding | None:
        data = self._txn.get(b"founding")
        return None if data is None else codec.loads(Founding, data)

    def key(self, key_id: str) -> Key | None:
        data = self._txn.get(b"key/" + key_id.encode())
        return None if data is None else _key_of(data)

    def key_id_of_alias(self, alias: str) -> str | None:
        data = self._txn.get(b"alias/" + alias.encode())
        return None if data is None else data.decode()

    def newest_keys(self) -> Iterator[Key]:
        for _, key_id in self._txn.scan(b"newest/"):
            key = self.key(key_id.decode())
            assert key is not None, "an index names a key that is not there"
            yield key

    def key_count(self, state: KeyState) -> int:
        return int(self._txn.get(_count(state)) or 0)

    def credential(self, secret_id: str) -> Credential | None:
        data = self._txn.get(b"credential/" + secret_id.encode())
        return None if data is None else _credential_of(data)


def apply(txn: Txn, index: int, data: bytes) -> bytes:
    """Apply the log entry at `index` and answer its Outcome, as bytes.

    Runs on every node with the same bytes in the same order, so it looks at nothing but its arguments. A
    refusal is an Outcome; an exception means that this node cannot follow the log and must stop.
    """
    entry = m.decode(data)
    done = b"done/" + entry.entry_id.encode()
    earlier = txn.get(done)
    if earlier is not None:
        return earlier
    # A new leader's clock may be behind the old one's: time in the log never runs backwards.
    entry = dataclasses.replace(entry, at=max(entry.at, int(txn.get(b"clock") or 0)))
    txn.put(b"clock", str(entry.at).encode())
    try:
        records = lifecycle.decide(View(txn), entry)
    except KmsError as why:
        outcome = m.refused(why)
    else:
        for record in records:
            _store(txn, index, record)
        outcome = m.Outcome()
    answer = codec.dumps(outcome)
    txn.put(done, answer)
    txn.put(b"doneat/" + _INDEX.pack(index), entry.entry_id.encode())
    _forget_old(txn, index)
    return answer


def _store(txn: Txn, index: int, record: lifecycle.Record) -> None:
    match record:
        case Key():
            before = View(txn).key(record.key_id)
            if before is None:
                txn.put(b"newest/" + _INDEX.pack(_LAST_INDEX - index), record.key_id.encode())
            else:
                _add(txn, before.state, -1)
                txn.delete(b"alias/" + before.alias.encode())
            _add(txn, record.state, 1)
            txn.put(b"alias/" + record.alias.encode(), record.key_id.encode())
            txn.put(b"key/" + record.key_id.encode(), codec.dumps(record))
        case Credential():
            txn.put(b"credential/" + record.secret_id.encode(), codec.dumps(record))
        case Founding():
            txn.put(b"founding", codec.dumps(record))


def _forget_old(txn: Txn, index: int) -> None:
    """Each entry lets at most two old outcomes go: the table shrinks as steadily as it grows."""
    for _ in range(2):
        oldest = next(txn.scan(b"doneat/"), None)
        if oldest is None or _INDEX.unpack(oldest[0].removeprefix(b"doneat/"))[0] > index - DONE_KEPT:
            return
        txn.delete(oldest[0])
        txn.delete(b"done/" + oldest[1])


def _add(txn: Txn, state: KeyState, change: int) -> None:
    txn.put(_count(state), str(int(txn.get(_count(state)) or 0) + change).encode())


def _count(state: KeyState) -> bytes:
    return b"count/" + state.encode()
