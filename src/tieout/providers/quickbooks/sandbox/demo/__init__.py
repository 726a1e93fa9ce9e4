"""The demo companies: everything in them is invented, and posted as documents through the engine."""
