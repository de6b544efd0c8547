"""Networks and servers of tests: a line to a server that is cut at a packet, servers that are killed."""
