"""Reads of the network, scope, ownership and sharing applied in SQL; one module per noun."""
