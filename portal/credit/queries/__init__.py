"""Reads of credit: entries of accounts, figures, lists, holds."""
