"""What a source tells event by event (CloudEvents 1.0.2): a message in, events or what is wrong with them out; no HTTP, no SQL."""
