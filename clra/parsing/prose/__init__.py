"""Finding what prose states: where its formulas stand, how far they reach, and how the words around hold them."""
