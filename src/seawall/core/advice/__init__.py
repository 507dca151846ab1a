"""What to do next: fixes with the points, the loss and the premium they are worth; which residual risks to insure."""
