"""What is fast and how fast: one file per question, each figure beside the ceiling measured in the same run."""
