"""What to do about rows that are held and values that were not applied, with the command that does it. Only sentences."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote
from typing import Final

from handrail.insight.telling.wording import words_of
from handrail.people.mappings.mapping import CLOSED
from handrail.people.ports import SyncRecord
from handrail.people.syncing.applying import CONFLICT
from handrail.people.syncing.leaving import NEVER_RELEASED
from handrail.people.syncing.link import NOBODY
from handrail.people.values import UNKNOWN_VALUE, WRITTEN_OTHERWISE

WORDS_MAX: Final = 3
_AT_THE_SOURCE: Final = "have it corrected where it comes from: the next file brings it"


def of_row(field: str, reason: str, source: str, sync: int) -> str:
    """What to do about rows that are held for this reason."""
    again, words = f"then: handrail held replay {sync}", words_of(field)
    if reason == CONFLICT:
        return "have the wrong row taken out where it comes from, or given its own key: the next file brings it"
    if not field:
        return f"mend the mapping, or have the rows corrected where they come from, {again}"
    if reason.startswith(f"{field}: {UNKNOWN_VALUE}"):
        seen = reason.partition(UNKNOWN_VALUE)[2].partition("; ")[0].strip().strip('"')
        return f"{_meaning(field, [seen], source)}, {again}"
    if "column" in reason:
        return f"name the column that {words} comes from now: handrail held mend {source} --column OLD=NEW, {again}"
    if any(otherwise in reason for otherwise in WRITTEN_OTHERWISE):
        return f"if the source writes it so, mend how the mapping reads {words}, {again}; else {_AT_THE_SOURCE}"
    return _AT_THE_SOURCE


def of_whole_file(record: SyncRecord, mapping: str) -> tuple[str, ...]:
    """The commands that end the hold on a whole file, the harmless one first."""
    reject = f"handrail held reject {record.id} --yes-by NAME"
    if record.hold == "key column":
        return reject, f"handrail held mend {mapping} --column OLD=NEW", f"handrail held replay {record.id}"
    if record.hold in NEVER_RELEASED:
        return (reject,)
    count = " --leaving COUNT" if record.leaving is not None and record.leaving.people else ""
    return reject, f"handrail held release {record.id} --yes-by NAME{count}"


def of_value(field: str, reason: str, source: str, seen: Sequence[str], sync: int) -> str:
    """What to do about values that were not applied: a word is given its meaning here, all else is corrected there."""
    if reason == NOBODY:
        return (
            f"{_AT_THE_SOURCE}. Where it stands for nobody, list it under `empty:` of {words_of(field)} in the mapping"
        )
    if reason != UNKNOWN_VALUE:
        return _AT_THE_SOURCE
    return f"{_meaning(field, seen, source)}, then: handrail held replay {sync}"


def _meaning(field: str, seen: Sequence[str], source: str) -> str:
    """The command that says what words mean; of a closed list, with what they may mean."""
    told = " ".join(f"--code {quote(f'{field}:{word}=VALUE')}" for word in list(dict.fromkeys(seen))[:WORDS_MAX])
    may_be = f" (VALUE is one of: {', '.join(CLOSED[field])})" if field in CLOSED else ""
    return f"say what it means: handrail held mend {source} {told}{may_be}"
