"""Pages of rulebooks: versions and proposals, the editor, and what dealers are told."""

from portal.rulebooks.controllers.editor import EditorController
from portal.rulebooks.controllers.notices import NoticeController
from portal.rulebooks.controllers.proposals import ProposalController, RulebooksController
from portal.rulebooks.controllers.versions import VersionController

HANDLERS = [RulebooksController, ProposalController, EditorController, VersionController, NoticeController]

__all__ = ["HANDLERS"]
