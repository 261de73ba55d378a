"""Read XML: the elements that repeat are the rows.

``Name.First`` is the path of an element below a row; attributes are ``@id``. Nothing is fetched
and no entity is resolved; a document type declaration is refused.
"""

from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from lxml import etree

from cairn.warehouse.readers.interchange.nested_records import NestedRecords
from cairn.warehouse.schema import ReadNote, Sheet, UnreadableFile

_SPREADSHEET: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_Path = tuple[str, ...]


def parse_xml_events(content: bytes) -> Iterator[tuple[str, Any]]:
    """Yield the starts and ends of the elements of an XML file, without anything from outside.

    Args:
        content: bytes of the file.

    Returns:
        Pairs of ``start`` or ``end`` and the element.

    Raises:
        UnreadableFile: the file is not well-formed, or declares a document type.
    """
    first = True
    try:
        for event, node in etree.iterparse(
            BytesIO(content),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        ):
            if first and node.getroottree().docinfo.doctype:
                raise UnreadableFile(
                    "The XML declares a document type, so Cairn did not read it. Export it without "
                    "DOCTYPE, or as CSV."
                )
            first = False
            yield event, node
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(
            f"The file is not well-formed XML near line {error.lineno or 1}. It may be cut off. "
            "Export it again and resend it."
        ) from error


def read_xml_sheets(name: str, content: bytes) -> list[Sheet]:
    """Read the sheets of an XML file: one for each kind of element that repeats.

    Args:
        name: name of the file, without its ending.
        content: bytes of the file.

    Returns:
        The sheets. Values outside of the rows, such as a file's date, are counted in a note.

    Raises:
        UnreadableFile: the file is not well-formed XML, is a workbook in XML, or has no values.
    """
    records = NestedRecords(name, [ReadNote("xml", "Read as XML.")])
    records.read_wrapper(_convert_element(content, _find_repeated_paths(content)))
    return records.build_sheets()


def _find_repeated_paths(content: bytes) -> frozenset[_Path]:
    """Find the paths of the elements that occur more than once in one other element."""
    repeated: set[_Path] = set()
    path: list[str] = []
    children: list[Counter[str]] = [Counter()]
    for event, node in parse_xml_events(content):
        if event == "start":
            if not path and str(node.tag).startswith(f"{{{_SPREADSHEET}}}"):
                raise UnreadableFile(
                    "The file is a workbook in XML. Open it in Excel, save it as .xlsx, and resend "
                    "it."
                )
            kind = get_local_name(node)
            path.append(kind)
            children[-1][kind] += 1
            if children[-1][kind] > 1:
                repeated.add(tuple(path))
            children.append(Counter())
        else:
            path.pop()
            children.pop()
            release_element(node)
    return frozenset(repeated)


def _convert_element(content: bytes, repeated: frozenset[_Path]) -> dict[str, Any]:
    """Convert the first element to nested values.

    What repeats anywhere is a list everywhere, so that a school with one student has a list too.
    """
    path: list[str] = []
    values: list[dict[str, Any]] = [{}]
    for event, node in parse_xml_events(content):
        if event == "start":
            path.append(get_local_name(node))
            values.append({f"@{_trim_namespace(a)}": v for a, v in node.attrib.items()})
            continue
        own = values.pop()
        text = " ".join(filter(None, map(_trim, (node.text, *(c.tail for c in node)))))
        value = {**own, "#text": text} if own and text else own or text
        if tuple(path) in repeated:
            values[-1].setdefault(path[-1], []).append(value)
        else:
            values[-1][path[-1]] = value
        path.pop()
        node.clear(keep_tail=True)
    (value,) = values[0].values()
    return value if isinstance(value, dict) else {"value": value}


def flatten_element(node: Any, path: str, cells: dict[str, str]) -> None:
    """Add the values below an element to the cells of its row, by their paths."""
    for attribute, value in node.attrib.items():
        cells[f"{path}@{_trim_namespace(attribute)}"] = value
    children = list(node)
    text = " ".join(part for t in (node.text, *(c.tail for c in children)) if (part := _trim(t)))
    if text:
        cells[path if path and not children else f"{path}#text"] = text
    seen: Counter[str] = Counter()
    for child in children:
        kind = get_local_name(child)
        seen[kind] += 1
        step = kind if seen[kind] == 1 else f"{kind}[{seen[kind]}]"
        flatten_element(child, f"{path}.{step}" if path else step, cells)


def release_element(node: Any) -> None:
    """Forget an element that was read, and those before it, so that memory stays small."""
    node.clear(keep_tail=True)
    parent = node.getparent()
    while parent is not None and node.getprevious() is not None:
        del parent[0]


def get_local_name(node: Any) -> str:
    """Return the name of an element without its namespace."""
    return _trim_namespace(node.tag)


def _trim_namespace(name: str) -> str:
    """Return a name without its namespace; a prefix that the file does not declare stays."""
    return str(name).rpartition("}")[2]


def _trim(text: str | None) -> str:
    return (text or "").strip()
