"""How good protocols are: labelled meetings, what was found of them, and the judges' fitting."""
