"""What people see, without Discord: cards as data, pictures, and text made safe to show."""
