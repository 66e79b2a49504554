"""Reads of rebates as frozen rows, with the scope of the viewer applied in SQL."""
