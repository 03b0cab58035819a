"""A real Apache Kafka and PostgreSQL without system packages: start, stop, look, wipe."""
