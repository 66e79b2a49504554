"""Use cases of the field: taking records once, photos, phones, late records."""
