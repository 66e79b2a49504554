"""Network: regions, dealers, second-tier outlets, terminals, contacts and who supplies whom.

Records belong to whoever made them; sharing is granted.
"""
