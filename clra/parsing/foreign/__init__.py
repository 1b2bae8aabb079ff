"""Recordings that other programs write, each format in a module of its own; `clra.parsing.recordings` tells them apart.

Field names were taken from the sources of those programs in November 2026; each module names the files.
"""
