"""Backups: one file with everything that an installation knows, except its keys and who is signed in.

`making.make` writes one while the product runs; `restoring.restore` proves one and puts it in place in one step.
"""
