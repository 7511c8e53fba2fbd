"""`connections:` of handrail.yaml: which systems there are, how often they may be asked, who answers for each.

A secret is never written in the file: `env:NAME` or `file:PATH` says where it is. What looks like one is refused, and is
blotted out wherever the line is shown.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec
from msgspec.structs import fields as fields_of

from handrail.app.reading import sections
from handrail.app.reading.sheet import Keys, Sheet, number
from handrail.app.settings import SYSTEMS, ConnectionDraft, NoopSettings, Secret, System
from handrail.connect.gate import Rate, parse_rate
from handrail.language.source.tree import Entry, Mapping, Node, Scalar, Source
from handrail.terms.problem import Place, SettingsError

KEYS: Final = (
    "kind",
    "url",
    "token",
    "webhook_secret",
    "limit",
    "concurrency",
    "people_by",
    "timeout_seconds",
    "owner",
)
_SECRET_WORD: Final = re.compile(r"pass|secret|token|credential|api_?key", re.IGNORECASE)
_SECRET: Final = re.compile(r"(env):([A-Za-z_][A-Za-z0-9_]*)|(file):(\S.*)")
_PATH: Final = re.compile(r"`\$\.?(.*)`")


def connections(sheet: Sheet, node: Node, places: dict[str, Place]) -> dict[str, ConnectionDraft]:
    """All connections, by name."""
    found = {}
    for entry in sheet.named(node, "connections"):
        if draft := _connection(sheet, entry, places):
            found[draft.name] = draft
    return found


def _connection(sheet: Sheet, entry: Entry, places: dict[str, Place]) -> ConnectionDraft | None:
    name = sections.named(sheet, entry, "connection")
    kind = _kind(sheet, entry, name)
    if not kind:
        return None
    own = [field.name for field in fields_of(SYSTEMS[kind]) if field.name != "webhook_secret"]
    blot(sheet, entry.value)
    required = () if kind == "noop" else ("owner", "url")
    keys = sheet.fields(entry.value, (*KEYS, *own), f'connection "{name}"', required)
    places[f"connections.{name}"] = entry.key.place
    owner = ""
    if "owner" in keys:
        places[f"connections.{name}.owner"] = keys["owner"].value.place
        owner = sections.person_or_team(sheet, keys["owner"].value, "somebody")
    system = _system(sheet, entry, kind, {key: keys[key] for key in own if key in keys})
    return ConnectionDraft(
        name,
        sheet.grammar(keys["url"].value, "an address", url) or "" if "url" in keys else "",
        owner,
        system,
        token=secret(sheet, keys, "token"),
        webhook_secret=secret(sheet, keys, "webhook_secret"),
        rate=_rate(sheet, keys),
        concurrency=number(sheet, keys["concurrency"].value, "how many calls at once") if "concurrency" in keys else 1,
        people_by=sheet.text(keys["people_by"].value, "email, or a source") if "people_by" in keys else "email",
        timeout_seconds=number(sheet, keys["timeout_seconds"].value, "a number of seconds")
        if "timeout_seconds" in keys
        else 20,
    )


def _kind(sheet: Sheet, entry: Entry, name: str) -> str:
    if not isinstance(entry.value, Mapping):
        sheet.shape(entry.value, f'connection "{name}" is a list of keys with values')
        return ""
    node = entry.value.get("kind")
    if node is None:
        advice = f"Write `kind:` with one of {', '.join(sorted(SYSTEMS))}."
        sheet.say("W103", entry.key.place, f'connection "{name}" does not say its "kind"', advice=advice)
        return ""
    return sheet.one_of(node, sorted(SYSTEMS), "the kind of a connection")


def url(text: str) -> str:
    """An address, or the environment variable that has it."""
    if re.fullmatch(r"(https?|smtps?)://[^\s/@]+(/\S*)?|env:[A-Za-z_][A-Za-z0-9_]*", text):
        return text
    raise ValueError(
        "this is no address of a system. Write https://host/path, smtp://host:port, or env:NAME for an environment variable."
    )


def _rate(sheet: Sheet, keys: Keys) -> Rate | None:
    if "limit" not in keys:
        return None
    node = keys["limit"].value
    text = sheet.text(node, "a limit")
    try:
        return parse_rate(re.sub(r"\s+(?:per|an?)\s+", "/", text)) if text else None
    except SettingsError:
        advice = "Write 100 per minute, 10 per second or 5000 per day."
        sheet.say("W105", node.place, f'"{text}" is no limit of calls', advice=advice)
        return None


def secret(sheet: Sheet, keys: Keys, key: str) -> Secret | None:
    """Where the secret is that a key names; `blot` says so when it stands there itself."""
    if key not in keys or not isinstance(keys[key].value, Scalar):
        return None
    found = _SECRET.fullmatch(sheet.text(keys[key].value, "where the secret is"))
    if found is None:
        return None
    return Secret("env", found[2]) if found[1] else Secret("file", found[4])


def blot(sheet: Sheet, node: Node) -> None:
    """Refuses secrets written in the file, and takes them out of the lines that problems show."""
    if not isinstance(node, Mapping):
        return
    for entry in node.entries:
        value = entry.value
        secretive = isinstance(value, Scalar) and _SECRET_WORD.search(entry.key.text)
        if secretive and isinstance(value, Scalar) and not _SECRET.fullmatch(value.text):
            advice = "Write env:NAME or file:PATH, which say where it is; and change this one, since it has been read."
            sheet.say("W107", entry.key.place, f'"{entry.key.text}" holds the secret itself', advice=advice)
            lines = list(sheet.source.lines)
            for at in range(value.place.line - 1, min(len(lines), value.place.line + value.text.count("\n"))):
                lines[at] = lines[at][: value.place.column - 1] + "…" if at == value.place.line - 1 else "…"
            sheet.source = Source(sheet.source.file, tuple(lines))


def _system(sheet: Sheet, entry: Entry, kind: str, own: Keys) -> System:
    """What only this kind of system has; as it would be unwritten, where it is wrong."""
    try:
        plain = {key: _plain(one.value, body=False) for key, one in own.items()}
        return msgspec.convert(plain, SYSTEMS[kind], strict=False)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at ")
        found = _PATH.match(where)
        place, path = _place(entry, found[1] if found else "")
        message = (
            message.replace("Object", "This").replace("`str`", "text").replace("`int`", "a number").replace("`", '"')
        )
        about = f"{path}: " if path else ""
        advice = f'See "{kind}" in docs/reference/workspace.md.'
        sheet.say("W114", place, about + message[:1].lower() + message[1:], advice=advice)
    except SettingsError as error:
        message, _, advice = str(error).partition(". ")
        sheet.say("W114", entry.key.place, message[:1].lower() + message[1:], advice=advice)
    return NoopSettings(())


def _place(entry: Entry, path: str) -> tuple[Place, str]:
    """The innermost key of a path like `actions[...].takes` that can be found, and the path as people read it."""
    node, place, words = entry.value, entry.key.place, []
    for part in re.findall(r"[a-z_]+", path):
        inner = next((one for one in node.entries if one.key.text == part), None) if isinstance(node, Mapping) else None
        if inner is None:
            break
        node, place = inner.value, inner.key.place
        words.append(part)
    return place, ".".join(words)


def _plain(node: Node, *, body: bool) -> object:
    """The tree as plain values, all of them text; in the `body` of a request numbers and truth values are read."""
    if isinstance(node, Mapping):
        return {one.key.text: _plain(one.value, body=body or one.key.text == "body") for one in node.entries}
    if not isinstance(node, Scalar):
        return [_plain(item, body=body) for item in node.items]
    if not body or node.quoted:
        return node.text
    if node.text in {"true", "false"}:
        return node.text == "true"
    return int(node.text) if re.fullmatch(r"-?\d{1,15}", node.text) else node.text
