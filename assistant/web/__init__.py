"""The web product: chat, embeddable chat and HTTP API over one service."""
