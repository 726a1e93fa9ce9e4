"""Xero: reads the books by journals or by documents, and can do nothing else."""
