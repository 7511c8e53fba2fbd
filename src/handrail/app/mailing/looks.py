"""How a letter looks: as plain text, and as simple HTML of the same words, with nothing in it that is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from handrail.app.mailing.letters import Letter, Said
from handrail.app.mailing.words import Words, words_in

RULE: Final = "-" * 40
_PAGE: Final = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{subject}</title></head>'
    '<body style="margin:0;padding:1.5em;font-family:system-ui,sans-serif;font-size:16px;line-height:1.5">'
    '<div style="max-width:36em;margin:0 auto">{body}</div></body></html>'
)
_BUTTON: Final = (
    '<p><a href="{link}" style="display:inline-block;padding:.75em 1.5em;border-radius:.4em;background:#14532d;'
    'color:#ffffff;text-decoration:none;font-weight:600">{text}</a></p>'
)
_LESSER: Final = '<p style="font-size:.875em">{}</p>'


def as_text(letter: Letter) -> str:
    """The letter as plain text."""
    words = words_in(letter.language)
    many = len(letter.says) > 1
    parts = [letter.hello] if letter.hello else []
    parts += [
        (f"{number}. {said.title}\n\n" if many else "") + "\n\n".join(_lines(words, said))
        for number, said in enumerate(letter.says, 1)
    ]
    end = [*letter.notes, *([words.sign_in.format(letter.sign_in)] if letter.sign_in else [])]
    between = f"\n\n{RULE}\n\n" if many else "\n\n"
    return between.join([*parts, *(["\n".join(end)] if end else [])]) + "\n"


def _lines(words: Words, said: Said) -> Iterator[str]:
    yield said.body
    if said.facts:
        yield "\n".join(said.facts)
    if said.link:
        yield words.answer_here.format(said.link)
    if said.reference:
        yield f"({said.reference})"


def as_html(letter: Letter) -> str:
    """The letter as HTML: the same words in the same order."""
    words = words_in(letter.language)
    many = len(letter.says) > 1
    parts = [_paragraph(letter.hello)] if letter.hello else []
    for number, said in enumerate(letter.says, 1):
        parts.append(f"<h2>{number}. {escape(said.title)}</h2>" if many else "")
        parts.append(_said(words, said, large=not many))
    parts += [_LESSER.format(escape(note)) for note in letter.notes]
    if letter.sign_in:
        before, _, after = words.sign_in.partition("{}")
        parts.append(_LESSER.format(escape(before) + _anchor(letter.sign_in) + escape(after)))
    return _PAGE.format(language=escape(letter.language), subject=escape(letter.subject), body="".join(parts))


def _said(words: Words, said: Said, *, large: bool) -> str:
    size = ' style="font-size:1.25em"' if large and said.facts else ""
    parts = [f"<p{size}>{_broken(text)}</p>" for text in said.body.split("\n\n") if text.strip()]
    if said.facts:
        parts.append("<ul>" + "".join(f"<li>{escape(fact)}</li>" for fact in said.facts) + "</ul>")
    if said.link:
        parts.append(_BUTTON.format(link=escape(said.link), text=escape(words.answer_button)))
    if said.reference:
        parts.append(_LESSER.format(f"({escape(said.reference)})"))
    return "".join(parts)


def _paragraph(text: str) -> str:
    return f"<p>{_broken(text)}</p>"


def _broken(text: str) -> str:
    return "<br>".join(_linked(line) for line in text.strip().split("\n"))


def _linked(line: str) -> str:
    """The line, with addresses of the web in it as links."""
    return " ".join(
        _anchor(word) if word.startswith(("https://", "http://")) else escape(word) for word in line.split(" ")
    )


def _anchor(address: str) -> str:
    return f'<a href="{escape(address)}">{escape(address)}</a>'
