"""The SQL database: models, migrations, the ledger of what was ingested, and the counts. The only SQL."""
