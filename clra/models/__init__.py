"""Backends that draw chains: servers, recordings, and the embedded model."""
