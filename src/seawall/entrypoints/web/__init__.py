"""The pages, one desk each for office, broker and insured."""
