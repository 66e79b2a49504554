"""Credit: dated limits and terms, what a dealer owes and since when, holds and their release.

Everything is derived from documents and payments; nothing here changes an incentive (대리점법 제9조 제1항).
"""
