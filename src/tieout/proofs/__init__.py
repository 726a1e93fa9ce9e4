"""Claims about syncing, tried on random histories: what ``tieout prove`` runs. Uses no data of the installation."""
