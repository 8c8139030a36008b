"""Pictures of how training went."""
