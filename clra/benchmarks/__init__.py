"""Benchmarks: problems with their right answers, from JSON lines, from a preset, or from a data set by name."""
