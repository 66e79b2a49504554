"""English sentences for codes that screens show; translated where they are shown."""

from __future__ import annotations

from portal.sales.imports.model import BatchState, ImportKind, Mode
from portal.sales.imports.preview import Tab

KINDS = {
    ImportKind.ORDERS: "Orders and returns",
    ImportKind.PAYMENTS: "Payments",
    ImportKind.TARGETS: "Targets",
    ImportKind.DEALERS: "Dealers",
    ImportKind.OUTLETS: "Outlets",
    ImportKind.TERMINALS: "Retail points",
    ImportKind.PRODUCTS: "Products",
    ImportKind.CONTACTS: "Contacts",
    ImportKind.REGIONS: "Regions",
}
MODES = {
    Mode.ADD: "Add to what is there",
    Mode.REPLACE: "Replace the months of the file",
}
STATES = {
    BatchState.READING: "Being read",
    BatchState.STAGED: "Waiting for confirmation",
    BatchState.APPLYING: "Being applied",
    BatchState.APPLIED: "Applied",
    BatchState.UNDONE: "Undone",
    BatchState.REFUSED: "Refused",
    BatchState.DISCARDED: "Discarded",
}
TONES = {
    BatchState.READING: "blue",
    BatchState.STAGED: "mid",
    BatchState.APPLYING: "blue",
    BatchState.APPLIED: "good",
    BatchState.UNDONE: "",
    BatchState.REFUSED: "low",
    BatchState.DISCARDED: "",
}
TABS = {
    Tab.NEW: "New rows",
    Tab.CHANGED: "Changed rows",
    Tab.SAME: "Same rows",
    Tab.CONFLICT: "Conflicts",
    Tab.UNKNOWN: "Codes to explain",
    Tab.ERRORS: "Errors",
}
LEVELS = {
    "": "Find out from the buyers",
    "1": "Sell-in: manufacturer to dealer",
    "2": "Sell-through: dealer to outlet or retail point",
}
COLUMNS = {
    "code": "Code", "name": "Name", "name_en": "English name", "parent": "Parent region", "region": "Region",
    "area": "Area", "address": "Address", "phone": "Phone", "business_number": "Business number",
    "opened_on": "Opened on", "payment_terms_days": "Payment terms in days", "supplier": "Supplier",
    "channel": "Channel", "trade_type": "Trade type", "outlet": "Outlet", "dealer": "Dealer",
    "latitude": "Latitude", "longitude": "Longitude", "state": "State", "category": "Category",
    "vendor_code": "Vendor code", "vendor_name": "Vendor", "is_own": "Own product",
    "pack_units": "Units per pack",
    "volume_ml": "Volume in ml", "price": "Price", "status": "Status", "launched_on": "Launched on",
    "level": "Level", "kind": "Kind", "number": "Number", "line": "Line", "day": "Business day",
    "due_on": "Due on", "seller": "Seller", "buyer": "Buyer", "product": "Product", "line_kind": "Line kind",
    "quantity": "Quantity", "amount": "Supply value", "vat": "VAT", "deposit": "Container deposit",
    "account": "Account", "document": "Invoice it pays", "month": "Month", "role": "Role", "mobile": "Mobile",
    "email": "E-mail",
}  # fmt: skip
MONEY = frozenset({"amount", "vat", "deposit", "price"})
DATE_ORDERS = ("YYYY-MM-DD", "YYYYMMDD", "DD/MM/YYYY", "MM/DD/YYYY", "YY/MM/DD")
