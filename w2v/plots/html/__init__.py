"""Pages to explore: one file each, which loads nothing from the net."""
