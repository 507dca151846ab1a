"""The evidence log: a Merkle tree that only grows (RFC 6962 / RFC 9162), its proofs, and the exact bytes it signs."""
