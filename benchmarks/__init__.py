"""What is measured, as commands; results are printed, never asserted."""
