"""What the lessons of docs/lessons say, held to what their code found: a module for each, named after it.

A function `claim_...(names, told)` gets the names that the lesson's cells left, and all that they printed; its
docstring is the passage of the lesson that it holds.
"""
