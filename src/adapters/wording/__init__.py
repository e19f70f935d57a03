"""Words for people: Russian first, English second."""
