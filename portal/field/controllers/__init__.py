"""Pages of the field: the phone's own, and the desk's: what waits on phones, late records."""

from portal.field.controllers.desk import FieldDesk
from portal.field.controllers.exchange import FieldExchange
from portal.field.controllers.phone import FieldPhonePages

HANDLERS = [FieldPhonePages, FieldExchange, FieldDesk]

__all__ = ["HANDLERS"]
