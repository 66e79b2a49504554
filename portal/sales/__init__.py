"""Sales: products, documents, payments, targets, their imports and the monthly totals kept from them."""
