"""extract_forms.py -- writes the same rows in every form that `ochil convert` reads.

Rows are written as they come and none is kept, so that a million of them fit. A row has ten
cells, as COLUMNS names them; the date is (year, month, day), the amount is in pence, all else is
text. Nothing here knows the program: what a workbook must hold is from ECMA-376 and OpenDocument
1.2. tests/round_trip_test.py and bench/convert use it.
"""
import contextlib
import gzip
import lzma
import random
import re
import shutil
import subprocess
import zipfile

COLUMNS = ("Body", "Directorate", "Cost Centre", "Cost Centre Name", "Subjective", "Date",
           "Document No", "Amount", "Supplier", "Narrative")
DATE, AMOUNT = COLUMNS.index("Date"), COLUMNS.index("Amount")
WIDTHS = (4, 20, 12, 30, 12, 10, 14, 20, 40, 60)      # of the columns of fixed width
PROFILE = """\
partner = column Body
cost_centre = column "Cost Centre"
account = column Subjective
date = column Date
date_format = dd/mm/yyyy
amount = column Amount
description = column Supplier + Narrative
"""
BLOCK = 4096            # rows put together before they are written


def profile(*lines, entry_id="file and row"):
    """The profile of these columns; the amounts and all else are as the lines say."""
    return PROFILE + "entry_id = %s\n" % entry_id + "".join(line + "\n" for line in lines)


# -- rows -----------------------------------------------------------------------------------------

PLACES = "Alloa Dollar Tillicoultry Sauchie Alva Menstrie Tullibody Clackmannan".split()
SERVICES = ("Education", "Housing & Roads", "Adult Care", "Corporate", "Libraries; culture")
GOODS = ("Respite care", "caf\u00e9 supplies", "Grant over \u00a3500", "Heating \u2013 oil",
         "Taxi <late> & \"urgent\"", "two  blanks", "Gas, water", "", "Agency staff", "Mileage",
         "Books; paper", "5 x 3'6\" desks", "Crèche fees", "Repairs (roof)")


def generated_rows(count, seed=1):
    """Rows as a council has them: uneven, some quoted, some negative, some the same."""
    chance = random.Random(seed)
    row = None
    for number in range(count):
        again = chance.random()
        if row is None or again > 0.03:
            centre = min(int(chance.expovariate(1 / 60)), 999)
            pence = int(10 ** (chance.random() * 6 + 1))
            if again > 0.7:
                pence -= pence % 100
            row = (
                "STI" if chance.random() < 0.6 else "CLA", SERVICES[centre % len(SERVICES)],
                "%04d" % centre if centre % 3 else "SW%03d" % centre,
                PLACES[centre % len(PLACES)] + " %d" % centre, str(40000 + centre % 37 * 100),
                (2014, 4 + number * 9 // count, 1 + int(chance.random() * 30)),
                str(5100000000 + number), -pence if again < 0.06 else pence,
                PLACES[int(again * 7919) % len(PLACES)] + " Ltd",
                GOODS[int(again * 104729) % len(GOODS)])
        yield row


# -- cells as text --------------------------------------------------------------------------------

def pounds(pence, decimal=".", thousands=""):
    whole = "{:,}".format(abs(pence) // 100).replace(",", thousands)
    return "%s%s%s%02d" % ("-" if pence < 0 else "", whole, decimal, abs(pence) % 100)


def texts(row, decimal=".", thousands=""):
    """All cells as text."""
    cells = list(row)
    cells[DATE] = "%02d/%02d/%04d" % row[DATE][::-1]
    cells[AMOUNT] = pounds(row[AMOUNT], decimal, thousands)
    return cells


def blocks(lines):
    """Lines joined, BLOCK at a time."""
    kept = []
    for line in lines:
        kept.append(line)
        if len(kept) == BLOCK:
            yield "".join(kept)
            kept = []
    yield "".join(kept)


# -- text -----------------------------------------------------------------------------------------

@contextlib.contextmanager
def zstd_file(path):
    """Through the tool, since Python has no zstd of its own."""
    with open(path, "wb") as file:
        with subprocess.Popen(["zstd", "-q", "-c"], stdin=subprocess.PIPE, stdout=file) as tool:
            yield tool.stdin
            tool.stdin.close()
            if tool.wait() != 0:
                raise OSError("zstd failed")


PACKINGS = {
    "none": lambda path: open(path, "wb"),
    "gzip": lambda path: gzip.open(path, "wb", compresslevel=1),
    "xz": lambda path: lzma.open(path, "wb", preset=0),
    "zstd": zstd_file,
}


def packing_is_here(packing):
    return packing != "zstd" or shutil.which("zstd") is not None


def write_text(path, lines, encoding="utf-8", mark=False, packing="none"):
    with PACKINGS[packing](path) as file:
        if mark:
            file.write("\ufeff".encode(encoding))
        for block in blocks(lines):
            file.write(block.encode(encoding))


def write_delimited(path, rows, delimiter=",", quoting="needed", end="\n", decimal=".",
                    thousands="", **how):
    wanted = re.compile('["\r\n%s]|^[ \t]' % re.escape(delimiter))

    def field(text):
        if quoting == "always" or (quoting == "needed" and wanted.search(text)):
            return '"' + text.replace('"', '""') + '"'
        assert delimiter not in text, text
        return text

    def lines():
        yield delimiter.join(map(field, COLUMNS)) + end
        for row in rows:
            yield delimiter.join(map(field, texts(row, decimal, thousands))) + end

    write_text(path, lines(), **how)


def fixed_columns():
    """The profile's line for write_fixed()."""
    words, at = [], 1
    for name, width in zip(COLUMNS, WIDTHS):
        words.append('"%s" %d-%d' % (name, at, at + width - 1))
        at += width + 1
    return "columns = " + ", ".join(words)


def write_fixed(path, rows, end="\n", **how):
    def line(cells):
        assert all(len(cell) <= width for cell, width in zip(cells, WIDTHS)), cells
        return " ".join(cell.rjust(width) if at == AMOUNT else cell.ljust(width)
                        for at, (cell, width) in enumerate(zip(cells, WIDTHS))) + end

    def lines():
        yield line(COLUMNS)
        for row in rows:
            yield line(texts(row))

    write_text(path, lines(), **how)


# -- workbooks ------------------------------------------------------------------------------------

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
XLSX_PARTS = {
    "[Content_Types].xml": HEAD + '<Types xmlns="' + PACKAGE + 'content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="' + TYPE + 'sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="' + TYPE + 'worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml" ContentType="' + TYPE + 'styles+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType="' + TYPE + 'sharedStrings+xml"/>'
    '</Types>',
    "_rels/.rels": HEAD + '<Relationships xmlns="' + PACKAGE + 'relationships"><Relationship '
    'Id="rId1" Type="' + OFFICE + '/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": HEAD + '<workbook xmlns="' + MAIN + '" xmlns:r="' + OFFICE + '"><sheets>'
    '<sheet name="Extract" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": HEAD + '<Relationships xmlns="' + PACKAGE + 'relationships">'
    '<Relationship Id="rId1" Type="' + OFFICE + '/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="' + OFFICE + '/styles" Target="styles.xml"/>'
    '<Relationship Id="rId3" Type="' + OFFICE + '/sharedStrings" Target="sharedStrings.xml"/>'
    '</Relationships>',
    # Style 1 is a date.
    "xl/styles.xml": HEAD + '<styleSheet xmlns="' + MAIN + '"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
}
STRINGS_BEGIN = HEAD + '<sst xmlns="' + MAIN + '">'
STRINGS_END = "</sst>"
SHEET_BEGIN = HEAD + '<worksheet xmlns="' + MAIN + '"><sheetData>'
SHEET_END = "</sheetData></worksheet>"
DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def serial(day):
    """Days as Excel counts them, after February 1900."""
    year, month, date = day
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    before = year - 1
    return (before * 365 + before // 4 - before // 100 + before // 400 + DAYS_BEFORE[month - 1]
            + (leap and month > 2) + date - 693594)


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace(
        '"', "&quot;")


def is_number(text):
    """What a spreadsheet would have taken for a number without losing anything of it."""
    return text.isascii() and text.isdigit() and len(text) <= 15 and text[0] != "0"


def shortest(pence):
    """As spreadsheets write it: 12.5, 12."""
    text = pounds(pence)
    return text[:-3] if text.endswith(".00") else text[:-1] if text.endswith("0") else text


def longest(pence):
    """As Excel writes what it has worked out: seventeen digits of the binary number."""
    return "%.17g" % (pence / 100)


def packed(path):
    return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)


def write_xlsx(path, rows, shared=True, number=shortest):
    """Dates and numbers typed; texts shared, or in the cells."""
    index = {}

    def cell(at, text, place):
        name = chr(65 + at) + place
        if at == DATE and not isinstance(text, str):
            return '<c r="%s" s="1"><v>%d</v></c>' % (name, serial(text))
        if at == AMOUNT and not isinstance(text, str):
            return '<c r="%s"><v>%s</v></c>' % (name, number(text))
        if is_number(text):
            return '<c r="%s"><v>%s</v></c>' % (name, text)
        if text == "":
            return ""
        if shared:
            return '<c r="%s" t="s"><v>%d</v></c>' % (name, index.setdefault(text, len(index)))
        return '<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (
            name, escaped(text))

    def lines():
        yield SHEET_BEGIN
        for number, row in enumerate(with_header(rows), 1):
            place = str(number)
            yield '<row r="%s">%s</row>' % (place, "".join(
                cell(at, text, place) for at, text in enumerate(row)))
        yield SHEET_END

    def strings():
        yield STRINGS_BEGIN
        for text in index:
            yield '<si><t xml:space="preserve">%s</t></si>' % escaped(text)
        yield STRINGS_END

    with packed(path) as archive:
        for name, part in XLSX_PARTS.items():
            archive.writestr(name, part)
        write_part(archive, "xl/worksheets/sheet1.xml", lines())
        write_part(archive, "xl/sharedStrings.xml", strings())


def with_header(rows):
    yield COLUMNS
    yield from rows


def write_part(archive, name, lines):
    with archive.open(name, "w", force_zip64=True) as part:
        for block in blocks(lines):
            part.write(block.encode("utf-8"))


ODS_MIME = "application/vnd.oasis.opendocument.spreadsheet"
ODS_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
ODS_MANIFEST = (HEAD + '<manifest:manifest xmlns:manifest="' + ODS_NAMES + 'manifest:1.0">'
                '<manifest:file-entry manifest:full-path="/" manifest:media-type="' + ODS_MIME +
                '"/><manifest:file-entry manifest:full-path="content.xml" '
                'manifest:media-type="text/xml"/></manifest:manifest>')
ODS_BEGIN = (HEAD + '<office:document-content xmlns:office="' + ODS_NAMES + 'office:1.0" '
             'xmlns:table="' + ODS_NAMES + 'table:1.0" xmlns:text="' + ODS_NAMES + 'text:1.0" '
             'office:version="1.2"><office:body><office:spreadsheet>'
             '<table:table table:name="Extract">')
ODS_END = "</table:table></office:spreadsheet></office:body></office:document-content>"


def ods_cell(at, text, times):
    repeat = ' table:number-columns-repeated="%d"' % times if times > 1 else ""
    if at == DATE and not isinstance(text, str):
        return ('<table:table-cell%s office:value-type="date" office:date-value="%04d-%02d-%02d">'
                '<text:p>%02d/%02d/%02d</text:p></table:table-cell>' % (
                    repeat, *text, text[2], text[1], text[0] % 100))
    if at == AMOUNT and not isinstance(text, str):
        return ('<table:table-cell%s office:value-type="float" office:value="%s"><text:p>%s'
                '</text:p></table:table-cell>' % (repeat, shortest(text), pounds(text, ".", ",")))
    if text == "":
        return "<table:table-cell%s/>" % repeat
    if is_number(text):
        return ('<table:table-cell%s office:value-type="float" office:value="%s"><text:p>%s'
                '</text:p></table:table-cell>' % (repeat, text, text))
    return ('<table:table-cell%s office:value-type="string"><text:p>%s</text:p>'
            '</table:table-cell>' % (repeat, escaped(text).replace("  ", " <text:s/>")))


def ods_row(row, times):
    cells, at = [], 0
    while at < len(row):
        next_at = at + 1
        while next_at < len(row) and row[next_at] == row[at]:
            next_at += 1
        cells.append(ods_cell(at, row[at], next_at - at))
        at = next_at
    repeat = ' table:number-rows-repeated="%d"' % times if times > 1 else ""
    return "<table:table-row%s>%s</table:table-row>" % (repeat, "".join(cells))


def write_ods(path, rows):
    """Typed cells; equal cells side by side and equal rows below each other are written once,
    with how often they are there. Behind them stand the rows that a program writes to the end of
    the sheet."""
    def lines():
        yield ODS_BEGIN
        before, times = None, 0
        for row in with_header(rows):
            if row == before:
                times += 1
                continue
            if before is not None:
                yield ods_row(before, times)
            before, times = row, 1
        yield ods_row(before, times)
        yield ('<table:table-row table:number-rows-repeated="1000"><table:table-cell '
               'table:number-columns-repeated="1024"/></table:table-row>')
        yield ODS_END

    with packed(path) as archive:
        archive.writestr("mimetype", ODS_MIME, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", ODS_MANIFEST)
        write_part(archive, "content.xml", lines())
