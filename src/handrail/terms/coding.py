"""How terms become bytes: msgpack, with dates, money, durations and persons told apart.

One pair of functions, so that a state, an event or a plan reads back as it was written, and so that
the format can change in one place. Digests and hashes are made from these bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from msgspec import msgpack

from handrail.terms.values import NOTHING, UNKNOWN, Duration, Fields, Money, PersonRef

T = TypeVar("T")

_DATE, _MONEY, _DURATION, _PERSON, _DECIMAL, _UNKNOWN, _LARGE = 1, 2, 3, 4, 5, 6, 7


def _money(text: str) -> Money:
    amount, currency = text.split(" ")
    return Money(Decimal(amount), currency)


def _duration(text: str) -> Duration:
    count, unit = text.split(" ", 1)
    return Duration(int(count), unit)  # type: ignore[arg-type]


_READ: Final[dict[int, Callable[[str], Any]]] = {
    _DATE: date.fromisoformat,
    _MONEY: _money,
    _DURATION: _duration,
    _PERSON: lambda text: PersonRef(int(text)),
    _DECIMAL: Decimal,
    _UNKNOWN: lambda _: UNKNOWN,
    _LARGE: int,
}
_CODES: Final[dict[type, tuple[int, Callable[[Any], str]]]] = {
    date: (_DATE, date.isoformat),
    Money: (_MONEY, str),
    Duration: (_DURATION, lambda value: f"{value.count} {value.unit}"),
    PersonRef: (_PERSON, lambda value: str(value.id)),
    Decimal: (_DECIMAL, str),
    type(UNKNOWN): (_UNKNOWN, lambda _: ""),
}


_PLAIN: Final = frozenset({str, int, float, bool, datetime, type(None)})
"""Kinds that msgpack tells apart by itself."""


def _written(value: object) -> object:
    """`value` in a form that msgpack keeps apart from every other."""
    kind = type(value)
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 64:
        return msgpack.Ext(_LARGE, str(value).encode())
    if kind in _PLAIN:
        return value
    code = _CODES.get(kind)
    if code is not None:
        return msgpack.Ext(code[0], code[1](value).encode())
    if isinstance(value, list | tuple):
        return [_written(item) for item in value]
    return value


def _read(value: object) -> object:
    return tuple(_read(item) for item in value) if isinstance(value, list) else value


def _enc_hook(value: object) -> object:
    """Fields are bytes within bytes: whoever reads the term need not read them. Without any they are nothing."""
    if type(value) is not Fields:
        raise TypeError(f"{type(value).__name__} is no term: put free values into Fields")
    packed = value.packed
    if packed is None:
        items = value._items  # noqa: SLF001 - read, and neither changed nor kept
        packed = value.packed = _packed(items) if items else b""
    return packed or None


def _packed(items: Mapping[str, object]) -> bytes:
    """Bytes of named values; whole numbers too large for msgpack are kept as text."""
    for item in items.values():
        if type(item) not in _PLAIN:
            break
    else:
        try:
            return _encoder.encode(items)
        except OverflowError:
            pass
    return _encoder.encode({name: _written(item) for name, item in items.items()})


def _dec_hook(kind: type, value: bytes | None) -> object:
    assert kind is Fields, f"{kind} is read by msgspec itself"
    return NOTHING if value is None else Fields.kept(value)


def _read_fields(packed: bytes) -> dict[str, Any]:
    items: dict[str, Any] = _fields_decoder.decode(packed) if packed else {}
    for name, item in items.items():
        if type(item) is list:
            items[name] = _read(item)
    return items


def _ext_hook(code: int, payload: memoryview) -> object:
    return _READ[code](bytes(payload).decode())


_encoder: Final = msgpack.Encoder(enc_hook=_enc_hook)
_fields_decoder: Final = msgpack.Decoder(dict[str, Any], ext_hook=_ext_hook)
Fields.read = _read_fields
_decoders: Final[dict[Any, msgpack.Decoder[Any]]] = {}


pack: Final[Callable[[object], bytes]] = _encoder.encode
"""Bytes of a term. Values whose kind no type says stand in `Fields`."""


def unpack(packed: bytes, kind: type[T]) -> T:
    """The term of `kind` that `pack` was given."""
    try:
        decoder = _decoders[kind]
    except KeyError:
        decoder = _decoders[kind] = msgpack.Decoder(kind, dec_hook=_dec_hook, ext_hook=_ext_hook)
    term: T = decoder.decode(packed)
    return term


STATE_DIGEST: Final = 8
"""Bytes of a state's digest in the ledger: it finds what was decided otherwise; against tampering there is the chain."""


def digest(packed: bytes, size: int = 16) -> bytes:
    """The first `size` bytes of the SHA-256 of `packed`."""
    return hashlib.sha256(packed).digest()[:size]
