"""English words for promises, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.voice.promising import PromiseState, Side

PROMISE_STATES = {
    PromiseState.OPEN: "To be kept",
    PromiseState.KEPT: "Kept",
    PromiseState.BROKEN: "Broken",
}
PROMISE_TONES = {PromiseState.OPEN: "mid", PromiseState.KEPT: "good", PromiseState.BROKEN: "low"}
SIDES = {Side.OURS: "We promised", Side.THEIRS: "They promised"}
SIDES_SEEN_BY_DEALER = {Side.OURS: "They promised", Side.THEIRS: "We promised"}

register_words(
    {
        "voice.promised": "noted a promise",
        "voice.promise_done": "said a promise is done",
        "voice.promise_kept": "said a promise was kept",
        "voice.promise_broken": "said a promise was broken",
        "voice.promises_exported": "took the list of promises out of the portal",
    }
)
