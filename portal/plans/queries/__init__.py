"""Reads of plans, visits and meetings."""
