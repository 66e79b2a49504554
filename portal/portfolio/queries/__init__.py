"""Reads of account classes."""
