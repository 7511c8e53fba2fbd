"""Tables, migrations, the batch writer and the queries; nothing is decided here."""
