"""Rebates (판매장려금): programmes and their versions, settlement by delta, the ledger, payouts, statements.

What a programme pays is arithmetic in ``rules.rebate``; here are its figures, its people and its books.
"""
