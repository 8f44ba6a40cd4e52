"""The tests: a package, since a peer of the benchmarks installs one of this name."""
