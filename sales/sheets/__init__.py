"""Sheets people really have: price tables and customer lists, read from XLSX and CSV, written as both. The modules of
this package know no database, except `import_*` and `export_*`."""
