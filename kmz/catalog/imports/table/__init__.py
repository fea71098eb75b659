"""Course lists as tables (CSV, XLSX): their columns are mapped to our fields."""
