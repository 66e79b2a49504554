"""What the actions of the audit log are called on screens; each slice registers its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# action → English sentence, the key of its translation.
WORDS: dict[str, str] = {"data.read": "looked at personal data"}


def register_words(words: Mapping[str, str]) -> None:
    """Name a slice's actions, as something the person did: ``signed in``, ``approved a role``."""
    WORDS.update(words)
