"""The pages by stage. A view reads, or calls one action; it decides nothing."""
