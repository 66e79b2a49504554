"""Reads of the field: what a phone takes along, what waits on phones, what came late."""
