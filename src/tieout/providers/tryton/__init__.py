"""Tryton: reads the books of a self-hosted Tryton over its own RPC, with a login, and can do nothing else."""
