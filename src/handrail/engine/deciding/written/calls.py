"""A call as an effect's row keeps it: what has a column of its own stands there, and not in the body again."""

from __future__ import annotations

from msgspec import structs

from handrail.store.rows import EffectRow
from handrail.terms import coding
from handrail.terms.effect import Call


def body_of(call: Call) -> bytes:
    """The body of the call's row."""
    return coding.pack(structs.replace(call, connection="", action="", person=0))


def call_of(row: EffectRow) -> Call:
    """The call that a row keeps."""
    call = coding.unpack(row.body, Call)
    return structs.replace(call, connection=row.connection, action=row.action, person=row.person)
