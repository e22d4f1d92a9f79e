"""How quick dicomspec is beside its peers: ``python -m benchmarks`` prints the table of the README."""
