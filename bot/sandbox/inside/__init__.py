"""What runs inside the sandboxed process: sent to it as text, never imported from disk there."""
