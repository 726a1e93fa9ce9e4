"""The demo: the site, a worker and a sandbox as processes of their own, and the journey through them."""
