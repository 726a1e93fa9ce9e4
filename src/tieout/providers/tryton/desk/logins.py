"""Who can log in besides the clerk."""

READER, READER_PASSWORD = "reader", "reads-and-nothing-else"
STRANGER, STRANGER_PASSWORD = "stranger", "knows-no-accounts"
