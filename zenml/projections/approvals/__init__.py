"""What changes only with approvals, who approved what, and which change did it."""
