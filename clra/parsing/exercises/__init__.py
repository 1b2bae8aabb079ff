"""Exercises of a settled form, each read whole: what they ask for is a term, and nothing else stands in them."""
