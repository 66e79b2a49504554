"""Phones in the field: pages that work without a network, and the exchange that keeps every record once.

Slices offer a ``SyncHandler`` for each kind of record; the application joins them.
"""
