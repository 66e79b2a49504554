"""English words for what the pages of account classes show, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words

LEVELS = {"dealer": "Dealers", "outlet": "Outlets", "terminal": "Retail points"}
CLASSES = {"EI": "Keep and grow", "EII": "At risk", "EIII": "Develop", "EIV": "Up for review"}
SHOWN = {"moved": "Moved this month", "up": "Moved up", "down": "Moved down", "near": "Near a cut-off"}
SORTS = {"net": "Net, largest first", "name": "Name"}
TONES = {"EI": "good", "EII": "low", "EIII": "blue", "EIV": "", "": ""}

register_words(
    {
        "portfolio.exported": "took a list of account classes along",
        "portfolio.limits_adopted": "adopted other limits of account classes",
    }
)
