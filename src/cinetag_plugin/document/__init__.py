"""What is said about a film: records, rational time, vocabulary, errors and the plugin contracts."""
