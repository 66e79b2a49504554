"""Reads of surveys: the forms, places to ask about, results."""
