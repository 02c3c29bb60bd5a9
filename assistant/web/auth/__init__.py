"""Who may use the web product: log-ins, tokens, what each may see and do."""
