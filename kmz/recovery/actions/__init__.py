"""What happens to recovery cases, links and addresses, by use case."""
