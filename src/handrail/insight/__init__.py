"""What people ask of the ledger: why, accountability, reports and reconcile."""
