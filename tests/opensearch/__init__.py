"""A cluster of two OpenSearch nodes on loopback, from Maven Central."""
