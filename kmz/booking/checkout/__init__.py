"""From the Anmeldeformular over the summary to the last click."""
