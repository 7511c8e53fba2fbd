"""What a source tells of one person without a file: a webhook, a looked-up worker. The same rules as for a row.

Fields that are not told stay as they are. Nothing here commits: the change is handed back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from handrail.calendar.zones import local_day, local_time
from handrail.people.canonical import RowReader, lacking
from handrail.people.compare import Told, difference, overtaken
from handrail.people.mappings.mapping import SourceMapping
from handrail.people.ports import Change, Directory, Known
from handrail.people.syncing.link import InFile, Links
from handrail.people.values import Wrong
from handrail.terms.values import Instant


class Telling(Struct, frozen=True):
    """What became of it. `change` is to be committed with its events; `withheld` what of it was not applied, and why."""

    became: Literal["applied", "no change", "older", "held"]
    reason: str = ""
    change: Change | None = None
    withheld: Mapping[str, Wrong] = {}


def tell(directory: Directory, mapping: SourceMapping, cells: Mapping[str, str], told: Told) -> Telling:
    """What `cells` (by the source's names of columns, the key among them) change in the person they are about.

    Somebody new is taken in when all that the mapping needs is told; else it is held, with the reason.
    """
    reader = RowReader(mapping, tuple(cells), whole=False)
    row = tuple(cells.values())
    key = reader.key(row) if reader.readable else ""
    if not key:
        return Telling("held", f"it does not say whom it is about: {', '.join(mapping.key)}")
    seen = reader.sighting(row)
    links = Links(directory, mapping, InFile())
    links.learn([seen])
    was = directory.by_keys(mapping.source, [key]).get(key)
    if was is None:
        missing = lacking(seen, mapping.needed)
        if missing:
            return Telling("held", f"nobody is known as {key}, and somebody new needs {', '.join(missing)}")
        made = difference(None, seen, links.of(seen), told, directory.reserve_ids(1))
        assert made is not None, "somebody new always makes a difference"
        known = Known(key, made.person.id, b"", str(made.person.status))
        return Telling("applied", change=Change(known, made), withheld=seen.withheld)
    old = directory.people([was.person])[was.person]
    if overtaken(old, told):
        return Telling(
            "older", f"{mapping.source} has told something newer, as of {_local(old.origin.as_of, told.zone)}"
        )
    made = difference(old, seen, links.of(seen), told, old.id)
    if made is None:
        return Telling("no change", withheld=seen.withheld)
    # The next row of a file is looked at again, though it be as it was: it may take this back.
    known = msgspec.structs.replace(was, row_hash=b"", status=str(made.person.status))
    return Telling("applied" if made.fields else "no change", change=Change(known, made), withheld=seen.withheld)


def _local(moment: Instant, zone: str) -> str:
    """The moment by the clock of the zone, to the minute."""
    return f"{local_day(moment, zone)} {local_time(moment, zone):%H:%M}"
