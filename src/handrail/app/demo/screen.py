"""The demo's last screenful, for a learning manager: what came in, what was held, what was done, what is open.

Every number is one of `figures`; the sentences around them are all that is written here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from handrail.app.demo.figures import seconds_in_calls_of
from handrail.app.demo.script import MENDER

_NAMED = 4
_CAUSES = {"account_suspended": "their LMS accounts are suspended"}


def screen(found: dict[str, Any], escalated: list[tuple[str, int]], questions: list[str], folder: str) -> list[str]:
    """At most 40 lines of at most 100 characters."""
    lines = [
        "",
        "Five weeks at Acme (imagined), 2 March to 3 April 2026, played by the real engine on a virtual clock",
        "",
    ]
    lines += _syncs(found["syncs"])
    lines += ["", *_held(found["hired_2026_03_16"]), "", *_guard(found["syncs"]), "", *_bulk(found["bulk"])]
    lines += ["", *_handoffs(found, escalated), "", f"Ask it about anyone (the company stays in {folder}):"]
    return [*lines, *(f"  {each}" for each in questions)]


def _syncs(syncs: list[dict[str, Any]]) -> list[str]:
    lines = [f"{'HR file':<24}{'rows':>7}{'applied':>9}{'no change':>11}{'held':>7}{'refused':>9}   as first reported"]
    for each in syncs:
        first = each["first"]
        changed = any(first[name] != each[name] for name in first)
        said = f"{first['applied']:,} applied, {first['held']:,} held" if changed else "the same"
        lines.append(
            f"{each['file']:<24}{each['rows']:>7,}{each['applied']:>9,}{each['no_change']:>11,}{each['held']:>7,}"
            f"{each['refused']:>9,}   {said}"
        )
    return lines


def _held(hired: dict[str, int]) -> list[str]:
    return [
        f"16 March: {hired['hired']} people were hired, and the column dept_code had become department_code. Handrail",
        f"  held the {hired['held_at_first']} whose department it could not know, named the column, kept the others as they were.",
        f"  {MENDER} mended the mapping: {hired['started']} onboardings began, {hired['held']} still held, {hired['dropped']} dropped.",
    ]


def _guard(syncs: list[dict[str, Any]]) -> list[str]:
    held = next((each for each in syncs if each["refused"]), None)
    if held is None:
        return ["23 March: every file was whole."]
    return [
        f"23 March: the file was cut short ({held['rows']:,} rows). The guard held all of it, so nobody left; the",
        "  next file was whole and took its place.",
    ]


def _bulk(bulk: dict[str, Any]) -> list[str]:
    fifty = seconds_in_calls_of(bulk["wanted"] - bulk["not_needed"], 50)
    return [
        f"31 March: {bulk['wanted']:,} enrollments, one at a time, through an LMS that takes 100 requests a minute;",
        f"  {_killed(bulk['killed_after'])}{bulk['wanted']:,} wanted = {bulk['confirmed']:,} confirmed"
        f" + {bulk['not_needed']} not needed + {bulk['held']} held.",
        *_given_up(bulk),
        f"  Lost {bulk['lost']}, done twice {bulk['twice']}, refused for coming too often {bulk['throttled']}."
        f" {bulk['calls']:,} calls took {_time(bulk['seconds'])};",
        f"  the limit allows no less than {_time(bulk['floor_seconds'])}. In calls of 50 it would have been {_time(fifty)}.",
    ]


def _killed(after: int) -> str:
    return f"the engine was killed after {after:,}. " if after else ""


def _given_up(bulk: dict[str, Any]) -> list[str]:
    """Why some are held, and who has them until when."""
    if not bulk["held"]:
        return []
    why = _CAUSES.get(bulk["held_because"]) or f"the LMS refused them ({bulk['held_because'].replace('_', ' ')})"
    until = f" until {_day(date.fromisoformat(bulk['held_until']))}" if bulk["held_until"] else ""
    return [f"  The {bulk['held']} held: {why}; {_team(bulk['held_owner'])} have them{until}."]


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"


def _team(name: str) -> str:
    return f"the {name.replace('lms-', 'LMS ')}"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def _handoffs(found: dict[str, Any], escalated: list[tuple[str, int]]) -> list[str]:
    runs, handoffs = found["runs"], found["handoffs"]
    who = " + ".join(f"{name} {count}" for name, count in escalated[:_NAMED])
    rest = sum(count for _, count in escalated[_NAMED:])
    checked = "nothing in it was changed" if found["ledger_verified"] else "SOMETHING IN IT WAS CHANGED"
    return [
        f"Journeys: {runs['started']:,} started = {runs['running']:,} running + {runs['finished']:,} finished"
        f" + {runs['stopped']:,} stopped",
        f"  (the commonest reason: “{runs['stopped_because']}”, {runs['stopped_because_many']:,}).",
        f"Handoffs: {handoffs['opened']:,} opened = {handoffs['closed']:,} closed + {handoffs['open']:,} open.",
        f"  {handoffs['escalated']:,} of them were passed to somebody else because nobody answered in time;"
        f" {handoffs['escalated_open']:,} of these are open.",
        f"  {handoffs['escalated']:,} = {who}" + (f" + {len(escalated) - _NAMED} others {rest}" if rest else ""),
        f"The record of every decision was checked: {checked}.",
    ]
