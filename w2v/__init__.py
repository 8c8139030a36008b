"""Word vectors: CBOW and Skip-gram encoders, interchangeable output heads, several engines."""
