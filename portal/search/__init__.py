"""Search for Korean names: two-syllable keys and first consonants, the same answers on both databases.

Slices write entries for their records in the transaction that changes them, and offer finders; the search
page and the lists ask here.
"""
