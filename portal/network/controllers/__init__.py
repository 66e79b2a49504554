"""Pages of the network: lists, accounts, contacts, supply links, regions, sharing, exports, saved views."""

from portal.network.controllers.accounts import AccountParts, DealerPages, OutletPages, TerminalPages
from portal.network.controllers.contacts import AccountContacts, ContactPages
from portal.network.controllers.duplicates import AccountMerges, DuplicateList, DuplicatePages
from portal.network.controllers.exports import ExportPages
from portal.network.controllers.links import AccountSuppliers, SupplyLinks
from portal.network.controllers.lists import ContactList, DealerList, OutletList, ProductList, TerminalList
from portal.network.controllers.regions import RegionPages
from portal.network.controllers.sharing import DealersSharing, SharingPages
from portal.network.controllers.views import SavedViews

HANDLERS = [
    DealerList,
    OutletList,
    TerminalList,
    ContactList,
    ProductList,
    DealerPages,
    OutletPages,
    TerminalPages,
    AccountParts,
    AccountMerges,
    DuplicateList,
    DuplicatePages,
    AccountSuppliers,
    SupplyLinks,
    AccountContacts,
    ContactPages,
    RegionPages,
    SharingPages,
    DealersSharing,
    ExportPages,
    SavedViews,
]

__all__ = ["HANDLERS"]
