"""What dealers are asked when they give marks to the manufacturer, and the periods of asking."""
