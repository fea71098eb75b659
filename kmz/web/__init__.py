"""The kit every page uses: access marks, pages and fragments, forms, headers. Knows no domain."""
