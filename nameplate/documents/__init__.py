"""What people print: papers and labels as PDF, made of plain values and our own fonts; nothing is fetched or opened for them."""
