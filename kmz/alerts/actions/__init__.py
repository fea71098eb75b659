"""What happens with alerts: ordering, confirming, ending, mailing, forgetting."""
