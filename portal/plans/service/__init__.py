"""Writes of plans, visits and meetings."""
