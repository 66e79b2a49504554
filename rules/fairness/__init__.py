"""Fair dealing: rules that the law forbids are refused before they are published, with the article cited.

The law is data (``rules/books/packs``); what a rule really does is found by the proofs of ``rules.verify``.
"""

from __future__ import annotations

from rules.fairness.linter import Period, lint
from rules.fairness.packs import Pack, load_pack, shipped_packs

__all__ = ["Pack", "Period", "lint", "load_pack", "shipped_packs"]
