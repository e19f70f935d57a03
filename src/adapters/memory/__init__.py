"""One fake for every port: a plain dictionary where the real one has a server, and the same promises."""
