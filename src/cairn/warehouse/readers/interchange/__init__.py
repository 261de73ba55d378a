"""Read JSON and XML, and the formats of education that are made of tables: Ed-Fi and OneRoster."""
