"""What holds everywhere, without a clock, a file, a network or an HSM: standard library only."""
