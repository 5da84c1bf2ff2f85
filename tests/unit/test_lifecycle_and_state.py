"""Commands against states, and the promises of apply: total, deterministic, repeatable."""

import dataclasses
import itertools
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsnode.core import codec, errors, lifecycle, state
from kmsnode.core import messages as m
from kmsnode.core.genesis import Founding, FoundingMember
from kmsnode.core.lifecycle import Use
from kmsnode.core.model import Credential, Key, KeyState, Material, Tag
from tests.unit.memory import MemoryTxn

S = KeyState
KEY_ID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
FOUNDING = Founding(
    "c1",
    "ap-guangzhou",
    100000000001,
    1_700_000_000,
    (FoundingMember("node1", "dc1", "127.0.0.1:1", "127.0.0.1:2", "https://127.0.0.1:3"),),
    Credential("AKIDroot", 100000000001, b"sealed"),
)


def create(key_id: str = KEY_ID, alias: str = "a", limit: int = 100) -> m.CreateKey:
    return m.CreateKey(key_id, 1, alias, "", "AES_256", Material(b"blob"), (Tag("k", "v"),), limit)


class Node:
    """One replica: a store and the index of its log."""

    def __init__(self) -> None:
        self.txn, self.index = MemoryTxn(), 0

    def apply(self, command: m.Command, at: int = 1_700_000_000, entry_id: str | None = None) -> m.Outcome:
        return self.feed(m.encode(m.Entry(entry_id or str(uuid.uuid4()), at, "1", command)))

    def feed(self, data: bytes) -> m.Outcome:
        self.index += 1
        return codec.loads(m.Outcome, state.apply(self.txn, self.index, data))

    @property
    def view(self) -> state.View:
        return state.View(self.txn)

    def put(self, key: Key) -> None:
        state._store(self.txn, self.index, key)


def node_with_key_in(key_state: KeyState) -> Node:
    node = Node()
    assert node.apply(create()).error is None
    key = node.view.key(KEY_ID)
    assert key is not None
    node.put(dataclasses.replace(key, state=key_state))
    return node


MOVES = {
    m.EnableKey: {S.ENABLED: S.ENABLED, S.DISABLED: S.ENABLED},
    m.DisableKey: {S.ENABLED: S.DISABLED, S.DISABLED: S.DISABLED},
}


@pytest.mark.parametrize(("command", "before"), list(itertools.product(MOVES, KeyState)))
def test_each_command_finds_a_key_in_each_state_and_moves_it_or_is_refused(
    command: type[m.KeyMove], before: KeyState
) -> None:
    node = node_with_key_in(before)
    outcome = node.apply(command(KEY_ID))
    after = node.view.key(KEY_ID)
    assert after is not None
    if before in MOVES[command]:
        assert (outcome.error, after.state) == (None, MOVES[command][before])
    else:
        assert (outcome.error, after.state) == ("WrongState", before)
        with pytest.raises(errors.WrongState):
            outcome.require_done()
    counts = {each: node.view.key_count(each) for each in KeyState}
    assert counts == {each: int(each is after.state) for each in KeyState}


@pytest.mark.parametrize(
    ("use", "allowed"), [(Use.PROTECT, {S.ENABLED}), (Use.RECOVER, {S.ENABLED, S.ARCHIVED})]
)
def test_a_key_may_be_used_in_exactly_these_states(use: Use, allowed: set[KeyState]) -> None:
    key = node_with_key_in(S.ENABLED).view.key(KEY_ID)
    assert key is not None
    for each in KeyState:
        if each in allowed:
            lifecycle.require_usable(dataclasses.replace(key, state=each), use)
        else:
            with pytest.raises(errors.WrongState):
                lifecycle.require_usable(dataclasses.replace(key, state=each), use)


def test_a_command_for_a_key_that_is_not_there_is_refused() -> None:
    assert Node().apply(m.EnableKey(KEY_ID)).error == "NotFound"


def test_an_alias_is_taken_once() -> None:
    node = Node()
    assert node.apply(create()).error is None
    assert node.apply(create(str(uuid.uuid4()))).error == "Conflict"
    assert node.apply(create(str(uuid.uuid4()), alias="b")).error is None


def test_a_key_over_the_limit_is_refused_and_keys_to_be_deleted_do_not_count() -> None:
    node = Node()
    assert node.apply(create(limit=1)).error is None
    assert node.apply(create(str(uuid.uuid4()), "b", limit=1)).error == "LimitExceeded"
    key = node.view.key(KEY_ID)
    assert key is not None
    node.put(dataclasses.replace(key, state=S.PENDING_DELETE))
    assert node.apply(create(str(uuid.uuid4()), "b", limit=1)).error is None


def test_an_algorithm_this_release_does_not_know_is_refused() -> None:
    assert Node().apply(dataclasses.replace(create(), algorithm="ROT_13")).error == "BadRequest"


def test_a_cluster_is_founded_once() -> None:
    node = Node()
    assert node.apply(m.Found(FOUNDING)).error is None
    other = dataclasses.replace(FOUNDING, cluster_id="c2")
    assert node.apply(m.Found(other)).error == "Conflict"
    assert node.view.founding() == FOUNDING
    assert node.view.credential("AKIDroot") == FOUNDING.root


def test_a_repeated_entry_answers_as_the_first_time_and_changes_nothing() -> None:
    node = Node()
    assert node.apply(create(), entry_id="e1").error is None
    assert node.apply(m.DisableKey(KEY_ID), entry_id="e2").error is None
    before = {k: v for k, v in node.txn.rows.items() if not k.startswith(b"clock")}
    assert node.apply(create(), entry_id="e1").error is None
    assert node.apply(m.EnableKey(KEY_ID), entry_id="e2").error is None
    assert {k: v for k, v in node.txn.rows.items() if not k.startswith(b"clock")} == before


def test_outcomes_are_forgotten_by_log_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "DONE_KEPT", 3)
    node = Node()
    for number in range(10):
        node.apply(m.EnableKey(KEY_ID), entry_id=f"e{number}")
    kept = [key for key in sorted(node.txn.rows) if key.startswith(b"done/")]
    assert kept == [b"done/e7", b"done/e8", b"done/e9"]
    assert [value for _, value in node.txn.scan(b"doneat/")] == [b"e7", b"e8", b"e9"]


def test_time_in_the_log_never_runs_backwards() -> None:
    node = Node()
    node.apply(create(), at=1000)
    node.apply(create(second := str(uuid.uuid4()), "b"), at=900)
    key = node.view.key(second)
    assert key is not None
    assert key.created_at == 1000


def test_keys_come_newest_first() -> None:
    node = Node()
    ids = [str(uuid.uuid4()) for _ in range(5)]
    for number, key_id in enumerate(ids):
        node.apply(create(key_id, f"alias{number}"))
    assert [key.key_id for key in node.view.newest_keys()] == ids[::-1]


key_ids = st.sampled_from([str(uuid.UUID(int=n)) for n in range(4)])
commands = st.one_of(
    st.builds(create, key_ids, st.sampled_from("abc"), st.integers(1, 4)),
    st.builds(m.EnableKey, key_ids),
    st.builds(m.DisableKey, key_ids),
    st.just(m.Found(FOUNDING)),
)
entries = st.builds(
    m.Entry, st.sampled_from([f"e{n}" for n in range(12)]), st.integers(0, 9), st.just("1"), commands
)


@settings(max_examples=200)
@given(st.lists(entries, max_size=30))
def test_two_replicas_fed_one_log_are_equal_to_the_byte_and_nothing_in_a_log_stops_them(
    log: list[m.Entry],
) -> None:
    one, other = Node(), Node()
    assert [one.feed(m.encode(e)) for e in log] == [other.feed(m.encode(e)) for e in log]
    assert one.txn.rows == other.txn.rows
    counted = {each: one.view.key_count(each) for each in KeyState}
    keys = list(one.view.newest_keys())
    assert counted == {each: sum(key.state is each for key in keys) for each in KeyState}
    assert all(one.view.key_id_of_alias(key.alias) == key.key_id for key in keys)


def test_a_kind_this_release_does_not_know_stops_the_node() -> None:
    with pytest.raises(KeyError):
        Node().feed(b'{"at":1,"body":{},"by":"1","id":"e","kind":"FlyKey"}')
