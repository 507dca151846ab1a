"""Policy terms applied to a loss, and the products that offer them."""
