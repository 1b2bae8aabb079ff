"""Exact values: quotients of polynomials in atoms over the rationals, in a form that is the same for equal values."""
