"""Occasions (행사): whatever people come to at a time and a place, with seats, a waiting list and a door.

Training sessions and trips are occasions with something of their own; they live in packages above (ADR 0014).
"""
