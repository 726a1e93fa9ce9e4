"""The Xero sandbox: a local stand-in that speaks the platform's wire format from its own books."""
