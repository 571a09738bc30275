"""What the Python tests share: a cluster, a running platform, a mail server, a browser."""
