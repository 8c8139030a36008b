"""Vector instructions on table rows: tiles, and the products that are made of them."""
