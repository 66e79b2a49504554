"""Pages of voice: the ageing list, one item, the dealer's own, quiet dealers, opinions, marks."""

from portal.voice.controllers.items import VoiceItems
from portal.voice.controllers.lists import VoiceList
from portal.voice.controllers.opinion_codes import OpinionCodes
from portal.voice.controllers.opinion_items import OpinionItems
from portal.voice.controllers.opinions import OpinionRegister
from portal.voice.controllers.opinions_own import OwnOpinions
from portal.voice.controllers.own import OwnVoice
from portal.voice.controllers.quiet import QuietDealers
from portal.voice.controllers.reverse import OwnReverse, ReverseResults

OPINIONS = [OpinionRegister, OpinionItems, OwnOpinions, OpinionCodes]
REVERSE = [ReverseResults, OwnReverse]
HANDLERS = [VoiceList, VoiceItems, OwnVoice, QuietDealers, *OPINIONS, *REVERSE]

__all__ = ["HANDLERS", "OPINIONS", "REVERSE"]
