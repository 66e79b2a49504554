"""Text on paper: cut to a bound, cleaned of invisible characters, kept from breaking inside words.

These are filters of the print templates. What a person typed is never trusted to be short, to use
characters the fonts have, or to be free of marks that turn the direction of reading.
"""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

from portal.web.printing.typeface import drawable_characters

NAME_LENGTH = 120  # characters
SHORT_NAME_LENGTH = 40  # characters
NOTE_LENGTH = 2_000  # characters
NOTE_LINES = 40
LONGEST_UNBROKEN = 24  # characters of a word that is kept on one line

WORD_JOINER = "\u2060"
_BEFORE_HANGUL = re.compile(r"(?<=[\w.%)\]])(?=[가-힣])")
_SPACES = re.compile(r"[^\S\n]+")
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_PICTURE_MODIFIERS = re.compile("[\ufe0e\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff]")

_STROKE = 'fill="none" stroke="#1b2a33" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round"'
_BOX = f'<rect x="1.2" y="1.2" width="9.6" height="9.6" rx="1" {_STROKE}/>'
_TICK = f'<path d="M3 6.3 5.2 8.6 9.2 3.6" {_STROKE}/>'
_CROSS = f'<path d="M3.4 3.4 8.6 8.6M8.6 3.4 3.4 8.6" {_STROKE}/>'
_UNKNOWN = f'<circle cx="6" cy="6" r="4.6" {_STROKE}/><circle cx="6" cy="6" r="1" fill="#1b2a33"/>'
_SHAPES = {"☐": _BOX, "☑": _BOX + _TICK, "☒": _BOX + _CROSS, "✓": _TICK, "✔": _TICK, "✗": _CROSS, "✘": _CROSS}


def clamp(text: str, limit: int) -> str:
    """Return at most ``limit`` characters in Unicode NFC, the last one ``…`` where text was cut.

    Invisible, unassigned and direction-changing characters are dropped, runs of spaces become one.
    Line breaks stay.
    """
    shown = "".join(
        letter
        for letter in unicodedata.normalize("NFC", text[: limit * 8]).replace("\t", " ")
        if letter == "\n" or unicodedata.category(letter) not in _HIDDEN or _is_picture_modifier(letter)
    )
    shown = _SPACES.sub(" ", shown).strip()
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"


def name(text: str) -> Markup:
    """Show a name on one line, at most 120 characters."""
    return drawn(clamp(text.replace("\n", " "), NAME_LENGTH))


def short_name(text: str) -> str:
    """Cut a name to 40 characters for the head and foot of a page, which can not wrap."""
    return clamp(text.replace("\n", " "), SHORT_NAME_LENGTH)


def prose(text: str) -> Markup:
    """Show a sentence of ours, Korean words kept whole."""
    return drawn(keep_words(text))


def note(text: str) -> Markup:
    """Show what a person wrote: at most 2,000 characters and 40 lines, Korean words kept whole."""
    lines = [line.strip() for line in clamp(text, NOTE_LENGTH).split("\n")]
    lines = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    if len(lines) > NOTE_LINES:
        lines = [*lines[: NOTE_LINES - 1], "…"]
    return Markup("<br>").join(drawn(keep_words(line)) for line in lines)


def keep_words(text: str) -> str:
    """Join the syllables of each Korean word so that no line breaks inside it.

    Words of more than 24 characters stay breakable: they would not fit a line.
    """
    words = text.split(" ")
    return " ".join(
        _BEFORE_HANGUL.sub(WORD_JOINER, word) if len(word) <= LONGEST_UNBROKEN else word for word in words
    )


def drawn(text: str) -> Markup:
    """Escape text, and draw the signs and pictures that the print fonts have no shape for.

    Letters without a shape are left alone: a name must not be printed with a hole in it, so the
    printing process refuses them.
    """
    known = drawable_characters()
    if _SHAPES.keys().isdisjoint(text) and known.issuperset(map(ord, text)):
        return escape(text)
    parts: list[str] = []
    for letter in text:
        if letter in _SHAPES:
            parts.append(_picture(_SHAPES[letter], letter))
        elif ord(letter) in known or not _is_picture(letter):
            parts.append(str(escape(letter)))
        elif not _is_picture_modifier(letter):
            parts.append(_picture(_UNKNOWN, letter))
    return Markup("".join(parts))  # noqa: S704  every letter was escaped above


def _picture(shape: str, letter: str) -> str:
    title = escape(unicodedata.name(letter, "picture").lower())
    frame = 'xmlns="http://www.w3.org/2000/svg" class="sign" width="9" height="9" viewBox="0 0 12 12"'
    return f"<svg {frame}><title>{title}</title>{shape}</svg>"


def _is_picture(letter: str) -> bool:
    return unicodedata.category(letter) in {"So", "Sk"} or _is_picture_modifier(letter)


def _is_picture_modifier(letter: str) -> bool:
    return bool(_PICTURE_MODIFIERS.match(letter))
