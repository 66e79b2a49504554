"""Pages of the field: the phone's own, and the desk's: board, census, accounts, phones, late records."""

from portal.field.controllers.account import FieldAccounts
from portal.field.controllers.board import Board
from portal.field.controllers.census import Census
from portal.field.controllers.desk import FieldDesk
from portal.field.controllers.exchange import FieldExchange
from portal.field.controllers.phone import FieldPhonePages

HANDLERS = [FieldPhonePages, FieldExchange, FieldDesk, FieldAccounts, Board, Census]

__all__ = ["HANDLERS"]
