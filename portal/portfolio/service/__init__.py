"""Writes of account classes."""
