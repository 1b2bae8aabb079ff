"""Everything that made `clra-nano`, the embedded demonstration model, from the problems to its evaluation."""
