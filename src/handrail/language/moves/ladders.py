"""Moves, and that each list of them ends (LANGUAGE.md, "Moves: what happens next").

Which move may stand where is the table `ALLOWED`; how each is written is a function of its own. Whose turn it
is when is the core's matter.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from handrail.language.draft import Draft, Keys
from handrail.language.expressions import condition, text
from handrail.language.moves.kinds import PLAIN_MOVES, Read, Role, Setting
from handrail.language.moves.parts import limit_of
from handrail.language.owners import owner_of
from handrail.language.problems import nearest
from handrail.language.source import mended
from handrail.language.source.tree import Mapping, Node, Scalar, Sequence
from handrail.terms.plan import AnyMove, Assume, Continue, End, Extend, HandTo, Ladder, Limit, Skip
from handrail.terms.problem import Place

_ASIDE: Final = ("tell", "do", "record", "run", "undo")
_ENDS: Final = ("continue", "skip", "finish", "stop")
ALLOWED: Final[dict[Role, tuple[str, ...]]] = {
    "if_late": (*_ASIDE, "hand_to", "extend", "go_back_to", "assume", *_ENDS),
    "if_fails": (*_ASIDE, "hand_to", "retry", "go_back_to", "assume", *_ENDS),
    "if_not": (*_ASIDE, "hand_to", "go_back_to", *_ENDS),
    "answers": (*_ASIDE, "hand_to", "go_back_to", *_ENDS),
    "rung": (*_ASIDE, "hand_to", "extend", "go_back_to", "assume", *_ENDS),
    "when_no_longer": (*_ASIDE, "continue", "finish", "stop"),
    "when_resumed": (*_ASIDE, "extend"),
}
CAN_RETRY: Final = frozenset({"do", "tell"})


def ladder_of(draft: Draft, node: Node, setting: Setting) -> int:
    """The number of the ladder that is read from one move or a list of them."""
    number = draft.reserve_ladder()
    moves: list[AnyMove] = []
    broken = False
    for one in draft.items(node):
        after_comma = isinstance(node, Sequence) and node.flow and one is not node.items[0]
        move = _move(draft, one, replace(setting, ladder=number, rung=len(moves), after_comma=after_comma))
        if move is not None:
            moves.append(move)
        elif not _left_out(one, setting):
            broken = True
    draft.ladders[number] = Ladder(tuple(moves), setting.ladder, setting.rung)
    if not broken:
        _must_end(draft, node, moves, setting)
    return number


def answers_of(draft: Draft, node: Node, setting: Setting) -> dict[str, int]:
    """The ladders of the answers, by word, in the order of the file; numbered in the order of the words."""
    if not isinstance(node, Mapping) or not node.entries:
        draft.shape(node, "answers, each a word with what it leads to, stand here", mended.answers_like(node))
        return {}
    ladders: dict[str, int] = {}
    for entry in sorted(node.entries, key=lambda entry: entry.key.text):
        word, name = entry.key.text, f"{setting.name}.{entry.key.text}"
        if _is_word(draft, entry.key):
            draft.texts[name] = word
            ladders[word] = ladder_of(draft, entry.value, replace(setting, name=name))
    return {entry.key.text: ladders[entry.key.text] for entry in node.entries if entry.key.text in ladders}


def _is_word(draft: Draft, key: Scalar) -> bool:
    plain = key.text.replace("_", "").replace("-", "")
    if plain.isalnum() and key.text[0].isalpha() and key.text not in {"true", "false"}:
        return True
    draft.say(
        "J110", key.place, f'"{key.text}" cannot be an answer', advice="An answer is one word: letters, digits and _."
    )
    return False


def _left_out(node: Node, setting: Setting) -> bool:
    """Whether a move of the defaults does not apply to this kind of step."""
    if not setting.default or not isinstance(node, Mapping):
        return False
    return node.get("retry") is not None and setting.kind not in CAN_RETRY


def _move(draft: Draft, node: Node, setting: Setting) -> AnyMove | None:
    if isinstance(node, Scalar):
        return _bare(draft, node, setting)
    if not isinstance(node, Mapping):
        draft.shape(node, "a move stands here")
        return None
    key = _named(draft, node, setting)
    if key is None or not _may_stand(draft, key, setting) or _left_out(node, setting):
        return None
    options, read = _MOVES[key.text]
    keys = draft.fields(node, (key.text, *options, "only_if"), f'the move "{key.text}"')
    move = read(draft, keys, setting)
    only_if = keys.get("only_if")
    scalar = draft.scalar(only_if.value, "a condition stands here") if only_if else None
    if move is not None and scalar is not None:
        move = replace(move, only_if=condition(draft, scalar, setting.spot))
    return move and replace(move, place=draft.number(key.place))


def _named(draft: Draft, node: Mapping, setting: Setting) -> Scalar | None:
    """The key that says which move it is."""
    named = [entry.key for entry in node.entries if entry.key.text in _MOVES]
    if not named:
        _no_move(draft, node, ALLOWED[setting.role])
        return None
    if len(named) > 1:
        draft.say(
            "J112",
            named[1].place,
            f'"{named[0].text}" and "{named[1].text}" stand in one move',
            advice="Write a list, one move each: [ { … }, { … } ].",
        )
        return None
    return named[0]


def _bare(draft: Draft, node: Scalar, setting: Setting) -> AnyMove | None:
    allowed = ALLOWED[setting.role]
    if node.text == "continue" and _may_stand(draft, node, setting):
        return Continue(place=draft.number(node.place))
    if node.text == "continue":
        return None
    if node.text in _MOVES:
        draft.say("J107", node.place, f'"{node.text}" does not say what', advice=f"Write {{ {node.text}: … }}.")
    elif not node.text and not node.quoted:
        draft.say("J107", node.place, "no move stands here", allowed=allowed, title="moves here")
    else:
        close = nearest(node.text, allowed)
        advice = f'Did you mean "{close}"?' if close else _instead(node, setting)
        draft.say(
            "J113", node.place, f'"{node.text}" is not a move', allowed=allowed, title="moves here", advice=advice
        )
    return None


def _instead(node: Scalar, setting: Setting) -> str:
    """What to write for a text that is no move: the move it begins with; else it may be the rest of one with a comma."""
    begun = mended.move_like(node.text, ALLOWED[setting.role])
    return begun or (
        "A text with a comma inside [ ] is quoted."
        if setting.after_comma
        else "Write one of them in braces, as in { stop: … }."
    )


def _no_move(draft: Draft, node: Mapping, allowed: tuple[str, ...]) -> None:
    place = node.entries[0].key.place if node.entries else node.place
    name = node.entries[0].key.text if node.entries else ""
    close = nearest(name, allowed)
    advice = f'Did you mean "{close}"?' if close else "Write one of them."
    draft.say("J113", place, f'"{name}" is not a move', allowed=allowed, title="moves here", advice=advice)


def _may_stand(draft: Draft, key: Scalar, setting: Setting) -> bool:
    name, allowed = key.text, ALLOWED[setting.role]
    if name not in allowed:
        where = "an answer" if setting.role in {"answers", "rung"} else f"`{setting.role}`"
        draft.say("J122", key.place, f'"{name}" cannot stand in {where}', allowed=allowed, title="moves here")
        return False
    if name == "retry" and setting.kind not in CAN_RETRY and not setting.default:
        advice = "Leave it out: only a `do` or `tell` can be tried again."
        draft.say("J122", key.place, f'a step of kind "{setting.kind}" cannot be tried again', advice=advice)
        return False
    if name == "assume" and setting.kind != "ask":
        draft.say("J122", key.place, "only an answer can be assumed", advice="Use `continue`, `skip` or `stop`.")
        return False
    if name == "go_back_to" and setting.default:
        draft.say("J122", key.place, "going back cannot be a default", advice="Write it on the step.")
        return False
    return True


def ends(move: AnyMove) -> bool:
    """Whether nothing follows this move."""
    return isinstance(move, Assume | Continue | Skip | End) and move.only_if is None


def _must_end(draft: Draft, node: Node, moves: list[AnyMove], setting: Setting) -> None:
    """The last move ends, and no move stands after one that does."""
    nodes = [one for one in draft.items(node) if not _left_out(one, setting)]
    for one, move in zip(nodes[1:], moves, strict=False):
        if ends(move):
            draft.say("J121", _start(one), "this move is never reached: the one before it ends", advice="Leave it out.")
            return
    if setting.role == "when_resumed" or (moves and (ends(moves[-1]) or _may_be_last(moves[-1], setting))):
        return
    place = _start(nodes[-1]) if nodes else node.place
    if setting.role in {"answers", "rung"}:
        draft.say(
            "J123",
            place,
            "this answer leads nowhere: nothing says what follows its last move",
            advice="End it with `continue`, `skip`, `finish` or `stop`.",
        )
        return
    draft.say(
        "J120",
        place,
        f"`{setting.role}` does not end: nothing says what follows its last move",
        advice="End it with one of these, without `only_if`.",
        allowed=tuple(sorted({"continue", "skip", "finish", "stop", "assume"} & set(ALLOWED[setting.role]))),
        title="moves that end",
    )


def _may_be_last(move: AnyMove, setting: Setting) -> bool:
    """An answer may end in handing on, and one to a `hand_to` in an extension."""
    if move.only_if is not None:
        return False
    if isinstance(move, HandTo):
        return setting.role in {"answers", "rung"}
    return isinstance(move, Extend) and setting.role == "rung"


def _start(node: Node) -> Place:
    return node.entries[0].key.place if isinstance(node, Mapping) and node.entries else node.place


def _hand_to(draft: Draft, keys: Keys, setting: Setting) -> AnyMove | None:
    to = owner_of(draft, keys["hand_to"].value, setting.spot)
    limit = limit_of(draft, keys, setting.spot)
    if limit is None and "within" not in keys and "until" not in keys:
        draft.say(
            "J111",
            keys["hand_to"].key.place,
            "this `hand_to` does not say how long they may take",
            advice="Write `within: 2 business days` beside it.",
        )
    question, answers = keys.get("question"), keys.get("answers")
    if (question is None) != (answers is None):
        there, missing = ("question", "answers") if question is not None else ("answers", "question")
        draft.say(
            "J106", keys[there].key.place, f"`{there}` stands here without `{missing}`", advice="Write both or neither."
        )
    if setting.role == "if_not" and question is None:
        advice = "Write `question` and `answers` beside it."
        draft.say(
            "J111",
            keys["hand_to"].key.place,
            "a check asks nobody anything, so there is nothing to answer",
            advice=advice,
        )
    scalar = draft.scalar(question.value, "a question stands here") if question else None
    words = text(draft, scalar, setting.spot) if scalar else ()
    name = f"{setting.name}.{setting.rung + 1}"
    if scalar is not None:
        draft.texts[f"{name}.question"] = scalar.text
    inner = replace(setting, role="rung", name=f"{name}.answers")
    return HandTo(
        to=to,
        limit=limit or Limit(),
        question=words,
        answers=answers_of(draft, answers.value, inner) if answers else {},
    )


_MOVES: Final[dict[str, tuple[tuple[str, ...], Read]]] = {
    **PLAIN_MOVES,
    "hand_to": (("question", "answers", "within", "until"), _hand_to),
}
MOVES: Final = {name: options for name, (options, _) in _MOVES.items()}
"""Every move, and the keys that may stand beside it."""
