"""Sales: products, documents and lines, payments, targets, the imports that bring them and the monthly totals kept from them."""
