"""Rulebooks: drafted, checked, rehearsed and approved by two people, announced to dealers, then in force."""
