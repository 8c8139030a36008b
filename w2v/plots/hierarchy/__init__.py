"""Pictures of hierarchies in the hyperbolic plane."""
