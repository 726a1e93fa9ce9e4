"""A clerk's desk at a real Tryton: runs in Tryton's own interpreter, works through Tryton's own client, proteus.

It imports nothing of ours but itself, since only Tryton and the standard library are there.
"""
