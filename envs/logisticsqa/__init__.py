"""LogisticsQA: transport references in UBL invoices, from a folder of one's own or from a generator."""
