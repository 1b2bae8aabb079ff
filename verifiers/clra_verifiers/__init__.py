"""Verifiers: each judges single claims, and comes in by the entry-point group ``clra.verifiers``."""
