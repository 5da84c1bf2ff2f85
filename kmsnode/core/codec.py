"""Frozen dataclasses to plain JSON values and back, strictly.

One rule for log entries, stored records and API bodies: a field the type does not have is refused, a field
without a default must be there, and the same value always gives the same bytes. A converter is built once for
each type and then only run. `name` maps a field name to its spelling on the other side.

    str, int, bool   as they are          bytes        standard base64 text
    Enum             its value            tuple[T,...] a list
    T | None         T or null            dataclass    an object
"""

import base64
import binascii
import dataclasses
import enum
import functools
import json
import types
import typing
from collections.abc import Callable
from typing import Any, TypeVar

from kmsnode.core.errors import BadRequest

T = TypeVar("T")
Naming = Callable[[str], str]
Decoder = Callable[[Any, str], Any]
"""(plain value, where it stands) -> typed value. Raises BadRequest with facts `field` and `rule`."""
Encoder = Callable[[Any], Any]


def as_is(name: str) -> str:
    return name


def dumps(record: Any) -> bytes:
    """Canonical bytes: sorted keys, no spaces, ASCII."""
    kind: Any = type(record)
    return dumps_plain(encoder(kind)(record))


def loads(kind: type[T], data: bytes) -> T:
    """Raises BadRequest for anything that is not exactly a `kind`."""
    shape: Any = kind
    record: T = decoder(shape)(loads_plain(data), "")
    return record


def dumps_plain(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def loads_plain(data: bytes | str) -> Any:
    """Strict JSON: no NaN, no repeated names. Raises BadRequest with rule "json"."""
    try:
        return _JSON.decode(data if isinstance(data, str) else data.decode())
    except RecursionError:
        raise BadRequest("is nested too deeply", rule="json") from None
    except ValueError as fault:
        raise BadRequest("is not valid JSON", rule="json") from fault


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


_JSON = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


@functools.cache
def encoder(kind: Any, name: Naming = as_is) -> Encoder:
    """How a value of `kind` becomes plain. Raises TypeError for a type that has no plain form."""
    arms = _optional_of(kind)
    if arms is not None:
        inner = encoder(arms, name)
        return lambda value: None if value is None else inner(value)
    if typing.get_origin(kind) is tuple:
        item = encoder(_item_of(kind), name)
        return lambda value: [item(each) for each in value]
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        fields = tuple((name(f.name), f.name, encoder(hints[f.name], name)) for f in dataclasses.fields(kind))
        return lambda value: {spelled: enc(getattr(value, attr)) for spelled, attr, enc in fields}
    if kind is bytes:
        return lambda value: binascii.b2a_base64(value, newline=False).decode()
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return lambda value: value.value
    if kind in (str, int, bool):
        return _same
    raise TypeError(f"{kind!r} has no plain form")


@functools.cache
def decoder(kind: Any, name: Naming = as_is, lenient: bool = False) -> Decoder:
    """How a plain value becomes a `kind`.

    `lenient` takes null for an absent field and decimal text for an integer, as API callers send them.
    """
    arms = _optional_of(kind)
    if arms is not None:
        inner = decoder(arms, name, lenient)
        return lambda value, at: None if value is None else inner(value, at)
    if typing.get_origin(kind) is tuple:
        item = decoder(_item_of(kind), name, lenient)
        return lambda value, at: tuple(
            item(each, f"{at}.{i}") for i, each in enumerate(_expect(list, value, at, "a list"))
        )
    if dataclasses.is_dataclass(kind):
        return _record_decoder(kind, name, lenient)
    if kind is bytes:
        return _bytes
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return functools.partial(_enum, kind)
    if kind is int:
        return _lenient_int if lenient else _int
    if kind is bool:
        return lambda value, at: _expect(bool, value, at, "true or false")
    if kind is str:
        return lambda value, at: _expect(str, value, at, "a string")
    raise TypeError(f"{kind!r} has no plain form")


def _record_decoder(kind: Any, name: Naming, lenient: bool) -> Decoder:
    hints = typing.get_type_hints(kind)
    fields = {name(f.name): (f.name, decoder(hints[f.name], name, lenient)) for f in dataclasses.fields(kind)}
    required = [
        name(f.name)
        for f in dataclasses.fields(kind)
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]

    def decode(value: Any, at: str) -> Any:
        given = {}
        prefix = f"{at}." if at else ""
        for spelled, plain in _expect(dict, value, at, "an object").items():
            known = fields.get(spelled)
            if known is None:
                raise BadRequest("is not a field of this request", field=prefix + spelled, rule="unknown")
            if plain is None and lenient:
                continue
            attr, dec = known
            given[attr] = dec(plain, prefix + spelled)
        for spelled in required:
            if fields[spelled][0] not in given:
                raise BadRequest("is required", field=prefix + spelled, rule="missing")
        return kind(**given)

    return decode


def _expect(kind: type[T], value: Any, at: str, what: str) -> T:
    if type(value) is not kind:
        raise BadRequest(f"must be {what}", field=at, rule="type")
    return value


def _int(value: Any, at: str) -> int:
    return _expect(int, value, at, "an integer")


def _lenient_int(value: Any, at: str) -> int:
    if (
        isinstance(value, str)
        and len(value) <= 20
        and value.removeprefix("-").isdecimal()
        and value.isascii()
    ):
        return int(value)
    return _int(value, at)


def _bytes(value: Any, at: str) -> bytes:
    text = _expect(str, value, at, "base64 text")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise BadRequest("must be standard base64", field=at, rule="value") from None


def _enum(kind: type[enum.Enum], value: Any, at: str) -> enum.Enum:
    try:
        return kind(value)
    except ValueError:
        allowed = ", ".join(str(each.value) for each in kind)
        raise BadRequest(f"must be one of {allowed}", field=at, rule="value") from None


def _same(value: Any) -> Any:
    return value


def _optional_of(kind: Any) -> Any | None:
    """T for `T | None`; None for anything else."""
    if typing.get_origin(kind) not in (types.UnionType, typing.Union):
        return None
    arms = [arm for arm in typing.get_args(kind) if arm is not types.NoneType]
    if len(arms) != 1:
        raise TypeError(f"{kind!r} has no plain form")
    return arms[0]


def _item_of(kind: Any) -> Any:
    item, rest = typing.get_args(kind)
    if rest is not Ellipsis:
        raise TypeError(f"{kind!r} has no plain form")
    return item
