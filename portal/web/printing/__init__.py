"""Printing: HTML in, PDF out, made by WeasyPrint in child processes with limits.

A document kind is a frozen dataclass of plain values plus a template; ``pool.PrintPool`` turns its
HTML into bytes that are equal for equal input. Rules and their reasons: docs/printing.md.
"""
