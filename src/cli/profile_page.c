#include "cli/profile_page.h"

#include "extract/reason.h"

const struct profile_key_help profile_keys_help[] = {
    { "format", "delimited | fixed | sheet",
      "What the extract is: text cut by a delimiter, unless said otherwise; text of fixed width; "
      "or a sheet of a workbook. An XLSX or ODS file is recognised whatever stands here." },
    { "encoding", "detect | utf-8 | windows-1252 | utf-16le | utf-16be",
      "Detected, and told, unless given." },
    { "line_end", "detect | lf | crlf | cr", "Detected unless given." },
    { "delimiter", "comma | semicolon | tab | pipe | one character", "A comma unless given." },
    { "quote", "double | none",
      "Whether double quotes stand around cells, as they usually do, or are ordinary characters." },
    { "sheet", "NAME", "The sheet of a workbook that has several." },
    { "header_row", "ROW | none",
      "Where the names of the columns stand: row 1 unless given, none with fixed width. What is "
      "above is left out and counted." },
    { "columns", "NAME 1-10, NAME 11-18, ...",
      "Fixed width only: where each column stands, in characters counted from 1." },
    { "entry_id", "column NAME | file and row",
      "What tells one line from another. The extract's name and the row unless given." },
    { "partner", "column NAME | fixed VALUE", "Whose ledger it is: a code of partners.csv." },
    { "date", "column NAME | fixed VALUE", "The accounting date. It or the period is needed." },
    { "date_format", "yyyy-mm-dd",
      "How dates are written: yyyy or yy, mm or mmm, dd, and hh:mm:ss behind them; any other "
      "character stands for itself. May be given several times; the first that fits counts." },
    { "period", "column NAME | fixed VALUE", "The accounting period." },
    { "period_format", "yyyy-zz/Ppp",
      "How periods are written: pp is the period, yyyy the year in which the financial year "
      "begins and zz the two digits of the next; or mm or mmm for the calendar month, April being "
      "P01, and yyyy for its year." },
    { "year", "2014-15",
      "The financial year: rows outside it are refused, and periods without a year are of it." },
    { "cost_centre", "column NAME | fixed VALUE", "The cost centre's code." },
    { "account", "column NAME | fixed VALUE", "The account's code." },
    { "description", "column NAME + NAME ...", "What the line says; columns are joined." },
    { "amount", "column NAME", "The signed amount." },
    { "debit", "column NAME", "With credit, instead of amount: the amount is debit less credit." },
    { "credit", "column NAME", "See debit." },
    { "sign", "debit | credit", "Which side is positive in the file; the debits unless given." },
    { "decimal", "point | comma", "A point unless given." },
    { "thousands", "none | comma | point | blank | apostrophe",
      "What may part thousands; where it stands it must part threes." },
    { "negative", "minus brackets trailing-minus cr",
      "How amounts below zero are written: one or more of these words; minus unless given." },
    { "currency", "none | SIGN", "A sign such as \u00a3 that may stand at an amount." },
    { "rounding", "refuse | residue | half-up | half-even",
      "What becomes of an amount with more than two decimals. It is refused, unless said "
      "otherwise; residue takes the penny if it is within a millionth of a pound, as binary "
      "arithmetic leaves it; the others round. What was rounded is counted and totalled." },
    { "basis", "column NAME | fixed VALUE", "For --as basis_values: the basis." },
    { "from", "column NAME | fixed VALUE", "For basis_values and cost_centres: the period from "
      "which the row holds." },
    { "to", "column NAME | fixed VALUE", "For cost_centres: the last period in which it holds." },
    { "value", "column NAME", "For basis_values: a number with up to twelve decimals." },
    { "group", "column NAME | fixed VALUE", "For --as accounts: the subjective group." },
    { "treatment", "column NAME | fixed VALUE", "For --as cost_centres: common, support, direct, "
      "initiative or excluded." },
    { "pool", "column NAME | fixed VALUE", "For --as cost_centres: the cost pool." },
    { "bearer", "column NAME | fixed VALUE", "For --as cost_centres: who bears direct cost." },
    { "total_row", "CONDITION",
      "A row that states the total of those above. The rows must add up to it." },
    { "leave_out", "CONDITION",
      "Rows to leave out; they are counted and totalled. May be given several times." },
    { NULL, NULL, NULL },
};

void profile_page(struct page *page, struct arena *arena)
{
    page_section(page, "description");
    page_paragraphs(page,
        "A profile says how one council's extract is to be read. It is a text file of lines "
        "'key = value'; # begins a comment. A column is named by its header, in quotes where that "
        "has blanks, or by its place: #3 is the third.\n\n"
        "    partner     = fixed STI\n"
        "    date        = column \"Posting Date\"\n"
        "    date_format = dd/mm/yyyy\n"
        "    cost_centre = column \"Cost Centre\"\n"
        "    account     = column Subjective\n"
        "    amount      = column \"Net Amount\"\n"
        "    negative    = minus brackets\n"
        "    thousands   = comma\n"
        "    total_row   = \"Cost Centre\" is \"Grand Total\"\n\n"
        "A condition is one or more tests joined by 'and': NAME is VALUE, is not VALUE, starts "
        "with VALUE, ends with VALUE, contains VALUE, is blank, is not blank; and only NAME, when "
        "every other cell of the row is blank.");
    page_section(page, "keys");
    for (const struct profile_key_help *row = profile_keys_help; row->key != NULL; row++)
        page_term(page, arena_print(arena, "%s = %s", row->key, row->value), row->meaning);
}

void reasons_page(struct page *page, struct arena *arena)
{
    (void)arena;
    page_section(page, "description");
    page_paragraphs(page,
        "A row of an extract that cannot be taken in is refused with one of these reasons. With "
        "--errors such rows are written to a file in the extract's own columns, with the reason "
        "behind them, to be mended and sent again.");
    for (int reason = REASON_NONE + 1; reason < REASONS; reason++)
        page_term(page, reason_name((enum reason)reason), reason_help((enum reason)reason));
}
