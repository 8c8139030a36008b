"""The demo world, installed as `w2v_data` so that `w2v demo` works from a wheel as well as from a clone."""
