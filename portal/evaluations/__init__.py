"""Evaluations: judged by a rulebook, reviewed by a manager, read by the dealer, replayable for ever.

The reference slice: read it first.
"""
