"""Pages of voice: the ageing list, one item, the dealer's own, quiet dealers."""

from portal.voice.controllers.items import VoiceItems
from portal.voice.controllers.lists import VoiceList
from portal.voice.controllers.own import OwnVoice
from portal.voice.controllers.quiet import QuietDealers

HANDLERS = [VoiceList, VoiceItems, OwnVoice, QuietDealers]

__all__ = ["HANDLERS"]
