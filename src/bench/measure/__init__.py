"""What ./dev bench is made of; `staging`, beside this package, puts it together."""
