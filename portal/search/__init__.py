"""Search: Korean bigram and 초성 keys, the same on both databases."""
