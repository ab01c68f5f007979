// Kalshi
