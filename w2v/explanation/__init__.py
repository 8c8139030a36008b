"""One step of training taken apart, for whoever wants to see inside; it shows what the reference engine does."""
