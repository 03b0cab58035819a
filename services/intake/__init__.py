"""The way in: what foreign systems show about employments, units and leaders becomes the facts of the speaker `hr`."""
