import enum
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsnode.core import codec
from kmsnode.core.errors import BadRequest
from kmsnode.wire.tencent import pascal


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Whole:
    part_id: str
    parts: tuple[Part, ...]
    raw: bytes = b""
    colour: Colour = Colour.RED
    spare: Part | None = None
    painted: bool = False


parts = st.builds(Part, st.text(), st.integers())
wholes = st.builds(
    Whole,
    st.text(),
    st.lists(parts).map(tuple),
    st.binary(),
    st.sampled_from(Colour),
    st.none() | parts,
    st.booleans(),
)


@given(wholes)
def test_every_record_comes_back_as_it_was_and_always_as_the_same_bytes(whole: Whole) -> None:
    data = codec.dumps(whole)
    assert codec.loads(Whole, data) == whole
    assert codec.dumps(codec.loads(Whole, data)) == data


@pytest.mark.parametrize(
    ("text", "field", "rule"),
    [
        (b'{"parts": []}', "part_id", "missing"),
        (b'{"part_id": "a", "parts": [], "more": 1}', "more", "unknown"),
        (b'{"part_id": 1, "parts": []}', "part_id", "type"),
        (b'{"part_id": null, "parts": []}', "part_id", "type"),
        (b'{"part_id": "a", "parts": {}}', "parts", "type"),
        (b'{"part_id": "a", "parts": [{"name": "x", "weight": 1.0}]}', "parts.0.weight", "type"),
        (b'{"part_id": "a", "parts": [{"name": "x", "weight": true}]}', "parts.0.weight", "type"),
        (b'{"part_id": "a", "parts": [{"name": "x", "weight": "7"}]}', "parts.0.weight", "type"),
        (b'{"part_id": "a", "parts": [], "raw": "AA=A"}', "raw", "value"),
        (b'{"part_id": "a", "parts": [], "colour": "green"}', "colour", "value"),
        (b'{"part_id": "a", "parts": [], "painted": 1}', "painted", "type"),
        (b"[]", "", "type"),
    ],
)
def test_what_is_not_exactly_the_type_is_refused_by_field_and_rule(
    text: bytes, field: str, rule: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        codec.loads(Whole, text)
    assert refused.value.facts == {"field": field, "rule": rule}


@pytest.mark.parametrize(
    "text", [b"{", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"\xff", b"[" * 100_000, b'{"a": Infinity}', b""]
)
def test_what_is_not_strict_json_is_refused(text: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        codec.loads_plain(text)
    assert refused.value.facts["rule"] == "json"


def test_a_lenient_decoder_takes_null_for_absent_and_decimal_text_for_an_integer() -> None:
    decode = codec.decoder(Whole, pascal, lenient=True)
    plain = {"PartId": "a", "Parts": [{"Name": "x", "Weight": "-7"}], "Raw": None, "Spare": None}
    assert decode(plain, "") == Whole("a", (Part("x", -7),))


@pytest.mark.parametrize("weight", ["", "-", "1.5", "1e3", "\uff10", " 1", "9" * 21])
def test_a_lenient_decoder_takes_no_other_text_for_an_integer(weight: str) -> None:
    with pytest.raises(BadRequest):
        codec.decoder(Part, lenient=True)({"name": "x", "weight": weight}, "")


def test_a_type_without_a_plain_form_is_a_mistake_at_once() -> None:
    @dataclass(frozen=True)
    class Odd:
        share: float

    with pytest.raises(TypeError):
        codec.encoder(Odd)
    with pytest.raises(TypeError):
        codec.decoder(Odd)
