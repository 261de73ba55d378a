"""Store partners' files and turn them into tables that can be counted. README.md has details.

A file passes through these packages in order:

- `readers`: read a file of any format into sheets of text, in memory.
- `schema`: the data elements, the column mapping of a feed, and typed values.
- `pipeline`: write the covered columns (landed), type them (conformed), separate names from
  attributes (linked), and build a project's mart.
- `measures`: count outcomes from a mart.
- `exporters`: write releases, extracts and research formats.

`store` keeps the files of all steps, encrypted and with a manifest. `engines` runs SQL and Spark.
`synthetic` makes invented files to try a layout with.
"""
