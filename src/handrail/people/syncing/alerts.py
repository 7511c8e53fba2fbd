"""What the owner of a source is told after a sync: one alert a field, with its counts and what to do. Only sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handrail.people.mappings.mapping import CLOSED, SourceMapping
from handrail.people.ports import Alert, FieldWithheld, SyncRecord
from handrail.people.syncing.applying import Tally
from handrail.people.values import UNKNOWN_VALUE, WRITTEN_OTHERWISE

SHOWN_MAX: Final = 10
CORRECT: Final = "correct it in the HR system; the next file brings it."


def alerts_of(record: SyncRecord, tally: Tally, mapping: SourceMapping) -> tuple[Alert, ...]:
    """One alert for each field that was not applied to somebody, or for which somebody is held; fields in order."""
    whole = {withheld.field: withheld for withheld in record.withheld}
    fields = sorted(whole.keys() | tally.people.keys() | tally.waiting.keys())
    known = tally.counts["applied"] - tally.new + tally.counts["no change"] - tally.duplicates
    found = [
        _field_gone(whole[field], record, known, tally.waiting[field])
        if field in whole
        else _values_wrong(field, record, tally, _advice(field, tally, mapping))
        for field in fields
    ]
    if tally.no_address:
        found.append(Alert("unreached", _unreached(tally.no_address, mapping), record.owner))
    refused = tally.counts["refused"]
    if refused:
        verb = "is" if refused == 1 else "are"
        spared = f" {_spared(tally.spared)}" if tally.spared else ""
        more = "; …" if refused > len(tally.refused) else ""
        text = f"{_rows(refused)} could not be read and {verb} refused ({'; '.join(tally.refused)}{more}).{spared}"
        found.append(Alert("rows", text, record.owner))
    return tuple(found)


def _spared(people: int) -> str:
    verb = "is" if people == 1 else "are"
    return f"{_people(people)} in no other row {verb} not taken to have left, for one of these may be theirs."


def _unreached(lines: Sequence[int], mapping: SourceMapping) -> str:
    """Who has no address: nothing is held for it, and nobody would notice."""
    verb, them = ("has", "them") if len(lines) == 1 else ("have", "any of them")
    listed = ", ".join(map(str, lines[:SHOWN_MAX])) + (", …" if len(lines) > SHOWN_MAX else "")
    filled = any(rule.field in ("email", "personal_email") for rule in mapping.fields)
    advice = f"{CORRECT[0].upper()}{CORRECT[1:]}" if filled else "Fill email in the mapping."
    said = f"{_people(len(lines))} taken in or changed here {verb} no e-mail address ({'line' if len(lines) == 1 else 'lines'} {listed})."
    return (
        f"{said} No letter reaches {them}: what they are asked is seen only by who signs in, until it is late. {advice}"
    )


def _field_gone(withheld: FieldWithheld, record: SyncRecord, known: int, held: int) -> Alert:
    mend = f'"{withheld.column}" and replay sync {record.id}.'
    if withheld.instead:
        advice = f'"{withheld.instead}" is new in the file: if it is the same, mend the mapping where it names {mend}'
    else:
        advice = f"Ask for the column back, or mend the mapping where it names {mend}"
    text = f"{withheld.field}: {withheld.why}. {_kept(known, held)} {advice}"
    return Alert("field", text, record.owner, withheld.field, known, held)


def _values_wrong(field: str, record: SyncRecord, tally: Tally, advice: str) -> Alert:
    seen = dict(tally.values.get(field, {}))
    shown = dict(sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:SHOWN_MAX])
    reasons = {value: why for value, why in tally.whys.get(field, {}).items() if why != UNKNOWN_VALUE}
    one = next(iter(reasons.values())) if len(seen) == len(reasons) and len(set(reasons.values())) == 1 else ""
    whys = {} if one else {value: f" ({why})" for value, why in reasons.items()}
    listed = ", ".join(f'"{value}" ×{count:,}{whys.get(value, "")}' for value, count in shown.items())
    people, held = tally.people[field], tally.waiting[field]
    kept = _kept(people, held, tally.without[field], tally.never[field])
    text = f"{field}: values that cannot be applied{f' ({one})' if one else ''}{': ' + listed if listed else ''}. {kept}{advice}"
    return Alert("values", text, record.owner, field, people, held, shown)


def _advice(field: str, tally: Tally, mapping: SourceMapping) -> str:
    """What is to be done about values: in the mapping where they are only written otherwise, else at the source."""
    whys, values = set(tally.whys.get(field, {}).values()), list(tally.values.get(field, ()))
    rule = next((rule for rule in mapping.fields if rule.field == field), None)
    if rule is not None and rule.kind == "person" and (instead := _instead_of_a_key(values)):
        must = f" The {field} column must hold the key ({', '.join(mapping.key)}), not {instead}."
        by_email = f" Where it holds work addresses, add by: email to {field} in the mapping."
        return must + (by_email if instead == "an address" else "")
    if whys - {UNKNOWN_VALUE} and any(why.startswith(WRITTEN_OTHERWISE) for why in whys):
        return f" If the source writes it so, mend the mapping; else {CORRECT}"
    if whys - {UNKNOWN_VALUE}:
        return f" {CORRECT[0].upper()}{CORRECT[1:]}"
    means = f" ({', '.join(CLOSED[field])})" if field in CLOSED else ""
    return f" Say in the mapping what each means{means}." if values else ""


def _instead_of_a_key(values: Sequence[str]) -> str:
    """What most of the values look like that stand where a key should; nothing when they may be keys."""
    addresses = sum("@" in value for value in values)
    names = sum("@" not in value and " " in value and not any(map(str.isdigit, value)) for value in values)
    if max(addresses, names) * 2 < max(len(values), 1):
        return ""
    return "an address" if addresses >= names else "a name"


def _kept(people: int, held: int, without: int = 0, never: int = 0) -> str:
    """What became of them; `without` of the people were not known before and are taken in without the value; `never`: of whom no value was known before."""
    people -= without + never
    verb = "keeps" if people == 1 else "keep"
    without_verb = "is" if without == 1 else "are"
    held_verb = "is" if held == 1 else "are"
    first = f"{_people(people)} {verb} what was known." if people else ""
    second = f"{_people(without, 'new ')} {without_verb} taken in without it." if without else ""
    stays = "goes on" if never == 1 else "go on"
    lacking = f"{_people(never)} of whom nothing was known there {stays} without it." if never else ""
    third = f"{_people(held, 'new ')} {held_verb} held." if held else ""
    return " ".join(part for part in (first, lacking, second, third) if part) or "Nobody is held for it."


def _people(count: int, which: str = "") -> str:
    return f"1 {which}person" if count == 1 else f"{count:,} {which}people"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
