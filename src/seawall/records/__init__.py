"""What is written down: parties, the journal, the evidence vault and the releases; under every stage."""
