"""Voice: what dealers raise (고민, complaints, competitors' approaches), answered by a day; quiet dealers.

Nothing here is a fact for an evaluation: this slice has no ``facts.py``, and a test keeps it that way.
"""
