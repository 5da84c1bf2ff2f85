import base64
import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsnode.core import envelope
from kmsnode.core.algorithms import BY_NAME
from kmsnode.core.errors import BadCiphertext, BadRequest

AES = BY_NAME["AES_256"]
KEY_ID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
HEAD = envelope.header(AES, KEY_ID, 7)
NONCE, BODY = bytes(range(12)), bytes(range(100, 120))

context_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def test_what_is_packed_is_unpacked() -> None:
    sealed = envelope.unpack(envelope.pack(HEAD, NONCE, BODY))
    assert (sealed.algorithm, sealed.key_id, sealed.version) == (AES, KEY_ID, 7)
    assert (sealed.header, sealed.nonce, sealed.body) == (HEAD, NONCE, BODY)


def test_format_1_keeps_its_layout() -> None:
    blob = base64.b64decode(envelope.pack(HEAD, NONCE, BODY))
    assert blob.hex() == "4b4e0101" + "00000007" + uuid.UUID(KEY_ID).hex + NONCE.hex() + BODY.hex()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KN",
        "not base64!",
        "é",
        base64.b64encode(b"XX" + HEAD[2:] + NONCE + BODY).decode(),
        base64.b64encode(HEAD[:2] + b"\x02" + HEAD[3:] + NONCE + BODY).decode(),
        base64.b64encode(HEAD[:3] + b"\xff" + HEAD[4:] + NONCE + BODY).decode(),
        base64.b64encode(HEAD + NONCE + BODY[:15]).decode(),
        base64.b64encode(HEAD[:-1]).decode(),
        envelope.pack(HEAD, NONCE, BODY) + "\n",
    ],
)
def test_what_is_not_a_whole_format_1_blob_is_refused(text: str) -> None:
    with pytest.raises(BadCiphertext):
        envelope.unpack(text)


def test_the_spare_bits_of_base64_cannot_spell_a_ciphertext_twice() -> None:
    text = envelope.pack(HEAD, NONCE, BODY)
    assert text.endswith("=")
    other = text.rstrip("=")[:-1] + chr(ord(text.rstrip("=")[-1]) + 1) + "=" * text.count("=")
    assert base64.b64decode(other) == base64.b64decode(text)
    with pytest.raises(BadCiphertext):
        envelope.unpack(other)


@pytest.mark.parametrize("text", ["", "{}", " { } "])
def test_absent_and_empty_contexts_are_alike(text: str) -> None:
    assert envelope.canonical_context(text) == b""


@given(st.dictionaries(st.text(max_size=8), context_values, min_size=1, max_size=4))
def test_contexts_are_equal_as_json_objects_whatever_the_order_of_names(context: dict[str, object]) -> None:
    text = json.dumps(context)
    turned = json.dumps(dict(reversed(context.items())), indent=1, ensure_ascii=False)
    if max(len(text), len(turned)) <= envelope.CONTEXT_MAX_CHARS:
        assert envelope.canonical_context(text) == envelope.canonical_context(turned) != b""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": "1"}', '{"a": 1}'),
        ('{"a": "b"}', '{"a": "B"}'),
        ('{"a": true}', '{"a": 1}'),
        ('{"a": "b"}', '{"a": "b", "c": "d"}'),
        ('{"a": ["b", "c"]}', '{"a": ["c", "b"]}'),
    ],
)
def test_contexts_that_differ_as_json_objects_differ(one: str, other: str) -> None:
    assert envelope.canonical_context(one) != envelope.canonical_context(other)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '"a"',
        "null",
        "{",
        '{"a": 1, "a": 1}',
        '{"a": NaN}',
        '{"a": 1e999}',
        '{"a": "' + "x" * 1024 + '"}',
        "[" * 1000,
    ],
)
def test_what_is_not_a_context_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        envelope.canonical_context(text)
    assert refused.value.facts["field"] == "encryption_context"
