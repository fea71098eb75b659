"""The parts of the walk through all states of booking (`test_state_machine`)."""
