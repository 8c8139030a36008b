"""A step of training as a page to click through, and pictures of what it is made of."""
