"""Files: immutable bytes kept under their SHA-256."""
