"""What everything else rests on: settings, compiled functions, randomness, files that appear whole."""
