#include "register/import_help.h"

#include <assert.h>

#include "register/register_table.h"
#include "web/page_frame.h"

static const struct help {
    const char *code, *title, *meaning, *to_do;
    const char *wrong, *right;      /* a cell, before and after; NULL: nothing to show */
} helps[] = {
    { "encoding", "Bytes that are no text",
      "The row has bytes that mean nothing in the encoding in which the file was read; the page of "
      "the import says which that is. Most often two files of different origin were joined.",
      "Open the file in the program it came from and save it as CSV UTF-8, or send the workbook "
      "itself.", NULL, NULL },
    { "size", "Too long for a row",
      "The row, or one cell of it, is longer than a table of people's words ever is. Often a "
      "quotation mark was never closed, and the rest of the file became one cell.",
      "Look for a single \" in the row and close or remove it.", NULL, NULL },
    { "quote", "A quotation mark out of place",
      "A cell that begins with \" ends with the next one; a mark within it is written twice. Here "
      "something follows behind the closing mark, or it is never closed.",
      "Write the mark twice, or take it out.", "\"Re-let the \"Old School\" lease\"",
      "\"Re-let the \"\"Old School\"\" lease\"" },
    { "cells", "More cells than headings",
      "Something stands in the row to the right of the last heading, so nobody can say what it is. "
      "In a CSV file a comma inside a text parts it in two.",
      "Put the text between quotation marks, or give the column a heading.",
      "Costs, risks and dates", "\"Costs, risks and dates\"" },
    { "cell", "An error of the spreadsheet",
      "The cell shows an error such as #REF! or #N/A in place of a value.",
      "Mend the formula, or write the value itself.", "#REF!", "120" },
    { "unknown", "No such entry",
      "The row has a number, so it changes the entry of that number; and there is none that your "
      "council may change: it is not there, belongs to the other council and is not joint, or is "
      "of a service that your role is not for.",
      "Correct the number; or leave it empty, and the row is a new entry.", "CLK-9999", "CLK-12" },
    { "twice", "The same entry in two rows",
      "Two rows of the file have the same number. Which of them is meant cannot be known.",
      "Leave one of them.", NULL, NULL },
    { "needed", "Something is needed",
      "Every entry must have this, and the cell is empty, or no column is taken for it.",
      "Fill the cell, or choose on the page of the import which column it is.", "",
      "Head of Finance" },
    { "long", "Too long for its field",
      "The field holds fewer bytes; the file that says what each column takes tells how many.",
      "Shorten it, or put the rest into a field for texts.", NULL, NULL },
    { "lines", "Several lines in one",
      "The field holds one line, and there is a line end within the cell.",
      "Take the line end out, or put the text into a field for texts.", NULL, NULL },
    { "choice", "None of the choices",
      "The field takes one of a list of words. Capitals do not matter, spelling does. The file "
      "that says what each column takes has the list.",
      "Use a word of the list.", "in progress", "open" },
    { "scale", "Not from 1 to 5",
      "Likelihood and impact are whole numbers from 1, the least, to 5, the most.",
      "Use one of the five.", "High", "4" },
    { "amount", "Not an amount",
      "An amount is pounds with or without pence, a point between them. Words, other currencies "
      "and a comma for the point are not guessed at.",
      "Write it in figures.", "1.2k", "1200.00" },
    { "number", "Not a whole number",
      "The field takes a whole number, without a unit or a sign for per cent.",
      "Write the number alone.", "about 10%", "10" },
    { "small", "Too small",
      "The number is below the least that the field takes; the file that says what each column "
      "takes tells how little that is.", "Correct it.", "-10", "0" },
    { "large", "Too large",
      "The number is above the most that the field takes; the file that says what each column "
      "takes tells how much that is.", "Correct it.", "110", "100" },
    { "day", "Not a day",
      "A day is written as 2026-04-01, or with the day before the month: 01/04/2026 is 1 April "
      "2026. The month never comes first, two digits are no year, and a day that is not in the "
      "calendar is none.", "Write the day that is meant.", "31/02/2027", "2027-02-28" },
    { "flag", "Neither yes nor no",
      "The field is ticked or not: yes, y, true, x or 1; no, n, false, 0 or nothing.",
      "Use one of those.", "maybe", "yes" },
    { "reference", "Not an entry's number",
      "The field names an entry of a register by the code of its council and its number there.",
      "Write it as the entry's own page does.", "Risk 12", "CLK-12" },
    { "not_there", "Nothing of that name",
      "The cell names an entry, a login or a service that is not there, or not for you to see.",
      "Correct the name, or record it first.", "CLK-999", "CLK-9" },
    { "rule", "A rule of the register",
      "Each cell is fit by itself, and together they are not: a rule of this register says no. Its "
      "words stand beside the error.", "Do what the words say.", NULL, NULL },
};

static const struct help *find(struct text code)
{
    for (size_t i = 0; i < COUNT(helps); i++)
        if (text_is(code, helps[i].code))
            return &helps[i];
    return NULL;
}

struct url import_help_url(struct arena *arena, const char *code)
{
    assert(find(text_of(code)) != NULL);
    return url_segment(arena, Url("/import-errors"), text_of(code));
}

static void example(struct html *h, const struct help *help)
{
    static const struct column columns[] = {
        { "Instead of", COLUMN_WORDS }, { "Write", COLUMN_WORDS },
    };

    if (help->wrong == NULL)
        return;
    Table(h, "For example", columns) El(h, "tr") {
        El(h, "td") El(h, "code") html_text(h, text_of(help->wrong[0] == '\0' ? "-"
                                                                            : help->wrong));
        El(h, "td") El(h, "code") html_text(h, text_of(help->right));
    }
}

static enum err list_show(struct request *request)
{
    static const struct column columns[] = {
        { "Code", COLUMN_WORDS }, { "What is wrong", COLUMN_WORDS }, { "What to do", COLUMN_WORDS },
    };
    struct html *h = page_begin(request, "What can be wrong with a row");

    El(h, "p") Lit(h, "All rows of a file are taken, or none. The code of an error stands in the "
                      "last column of the errors of an import, and in the file of its bad rows.");
    Table(h, "Errors of a file", columns) for (size_t i = 0; i < COUNT(helps); i++)
        El(h, "tr") {
            El(h, "th") {
                LitAttr(h, "scope", "row");
                El(h, "a") {
                    Href(h, "href", import_help_url(request->arena, helps[i].code));
                    html_text(h, text_of(helps[i].code));
                }
            }
            El(h, "td") html_phrase(h, text_of(helps[i].title));
            El(h, "td") html_phrase(h, text_of(helps[i].to_do));
        }
    return page_end(request, h, 200);
}

static enum err help_show(struct request *request)
{
    const struct help *help = find(request_word(request, "error"));

    if (help == NULL)
        return ERR_MISSING;
    struct html *h = page_begin(request, help->title);
    El(h, "p") {
        Lit(h, "The code of this error is ");
        El(h, "code") html_text(h, text_of(help->code));
        Lit(h, ".");
    }
    El(h, "p") html_phrase(h, text_of(help->meaning));
    El(h, "p") El(h, "strong") html_phrase(h, text_of(help->to_do));
    example(h, help);
    El(h, "p") El(h, "a") {
        Href(h, "href", Url("/import-errors"));
        Lit(h, "All errors of a file");
    }
    return page_end(request, h, 200);
}

static const struct action actions[] = {
    { .verb = "import error list", .summary = "What can be wrong with a row of a file",
      .description = "Every code of an error that the import of a file into a register can show, "
                     "with what to do. Each has a page of its own.",
      .method = ACTION_GET, .route = "/import-errors", .right = MAY_ANYBODY,
      .respond = list_show },
    { .verb = "import error show", .summary = "One code of an error, with an example",
      .description = "What the code means, what to do, and a cell before and after it.",
      .method = ACTION_GET, .route = "/import-errors/{error:word}", .right = MAY_ANYBODY,
      .respond = help_show },
    { 0 },
};

const struct feature import_help_feature = { "import help", "Errors of files", actions };
