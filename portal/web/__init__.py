"""What every slice's pages share: answers, guards, forms, translation, charts, print. It knows no slice."""
