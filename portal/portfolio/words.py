"""English words for what the pages of account classes show, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words

LEVELS = {"dealer": "Dealers", "outlet": "Outlets", "terminal": "Retail points"}
CLASSES = {"EI": "Keep and grow", "EII": "At risk", "EIII": "Develop", "EIV": "Up for review"}
SHOWN = {"moved": "Moved this month", "up": "Moved up", "down": "Moved down", "near": "Near a cut-off"}
SORTS = {"net": "Net, largest first", "name": "Name"}
TONES = {"EI": "good", "EII": "low", "EIII": "blue", "EIV": "", "": ""}
PROSPECT_TONES = {"PI": "good", "PII": "blue", "PIII": "mid", "PIV": "", "": ""}
PROSPECT_KINDS = {
    "dealer": "Dealers",
    "outlet": "Outlets",
    "terminal": "Retail points",
    "suspect": "Future accounts",
}
PROSPECT_SHOWN = {
    "unrated": "Without a score card",
    "open": "Answers are missing",
    "late": "Next step is late",
    "listed": "On the target list",
}
PROSPECT_SORTS = {"score": "Score, highest first", "name": "Name"}

register_words(
    {
        "portfolio.rated": "filled in a prospect's score card",
        "portfolio.prospects_exported": "took a list of prospects along",
        "portfolio.exported": "took a list of account classes along",
        "portfolio.limits_adopted": "adopted other limits of account classes",
    }
)
