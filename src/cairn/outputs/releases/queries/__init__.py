"""Read releases and the data behind them, limited to what the user may see."""
