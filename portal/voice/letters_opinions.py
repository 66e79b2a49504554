"""The letter that brings an answer back to whoever signed an opinion."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from portal.web.i18n import in_locale, translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.voice.queries.opinions import OpinionView

_QUOTED = 80


def answer_letter(public_url: str) -> Callable[[OpinionView, str], tuple[str, str]]:
    """Return what writes subject and text of the letter for a locale; the answer itself stays on the page."""
    return partial(_answer_letter, public_url.rstrip("/"))


def _answer_letter(base: str, opinion: OpinionView, locale: str) -> tuple[str, str]:
    with in_locale(locale):
        begun = " ".join(opinion.text.split())
        begun = begun if len(begun) <= _QUOTED else f"{begun[:_QUOTED]}…"
        lines = (
            translate("Your opinion was answered: %(begun)s", begun=begun),
            f"{base}/my/opinions/{opinion.id}",
            translate("Giving an opinion never changes a score, an incentive or a limit."),
        )
        return translate("An answer to your opinion"), "\n\n".join(lines)
