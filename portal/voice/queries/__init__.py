"""Reads of voice: items, who may answer, quiet dealers."""
