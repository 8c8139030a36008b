"""From ids to training examples: context windows, and the rows that input vectors are made of."""
