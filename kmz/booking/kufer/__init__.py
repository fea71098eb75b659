"""The bridge to KuferSQL, both ways."""
