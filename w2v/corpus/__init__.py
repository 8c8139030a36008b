"""From tokens to ids: vocabulary, id streams, blocks, and pairs of words, counted."""
