"""Three thin DAGs: every task calls one function of `pipeline.jobs`."""
