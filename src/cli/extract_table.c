#include "cli/extract_table.h"

static const char *const forms[] = {
    "ledger", "budget", "forecast", "basis_values", "accounts", "cost_centres", NULL
};

/* Options that several verbs have, word for word. */
#define AS_OPTION                                                                              \
    { .name = "as", .value = "FORM", .choices = forms,                                         \
      .help = "What the rows become: lines of a ledger, a budget or a forecast, basis values, " \
              "accounts or cost centres. Lines of a ledger unless given." }
#define THREADS_OPTION                                                                         \
    { .name = "threads", .value = "N", .kind = VALUE_NUMBER,                                   \
      .help = "Judge the rows with so many threads; the result is the same with any number. "  \
              "One for each processor unless given." }
#define JSON_OPTION                                                                            \
    { .name = "json", .help = "Print one JSON object instead of text; amounts are strings." }

static const struct option convert_options[] = {
    { .name = "profile", .letter = 'p', .value = "PROFILE", .kind = VALUE_FILE, .required = true,
      .help = "How the extract is to be read; 'ochil help profile' says what stands in it." },
    { .name = "out", .letter = 'o', .value = "FILE", .kind = VALUE_FILE, .required = true,
      .help = "The file to write, such as 2014-15/ledger/june.csv. It is written whole or not at "
              "all; a file that is there is refused." },
    AS_OPTION,
    { .name = "errors", .letter = 'e', .value = "FILE", .kind = VALUE_FILE,
      .help = "Where refused rows go, with the reason. Without it a refused row refuses "
              "everything." },
    { .name = "control-total", .letter = 'c', .value = "AMOUNT",
      .help = "What all rows must add up to, such as 2867600394.68." },
    { .name = "force", .help = "Replace files that are there." },
    THREADS_OPTION,
    JSON_OPTION,
    { 0 },
};

static const struct option guess_options[] = {
    AS_OPTION,
    { .name = "sheet", .value = "NAME", .help = "The sheet of a workbook to look at." },
    { .name = "partner", .value = "CODE",
      .help = "The council whose extract it is; left to be filled in unless given." },
    JSON_OPTION,
    { 0 },
};

static const struct option check_options[] = {
    AS_OPTION,
    { .name = "rows", .value = "N", .kind = VALUE_NUMBER,
      .help = "How many of the first rows to show: ten unless given." },
    THREADS_OPTION,
    JSON_OPTION,
    { 0 },
};

static const struct action actions[] = {
    {
        .verb = "convert", .run = convert_run,
        .summary = "Take in a council's own extract: CSV, XLSX, ODS or fixed width",
        .description =
            "Turns extracts of a finance system into a file of a partnership folder, as a "
            "profile says. Every row is accepted, left out by a rule that is named, or refused "
            "with a reason; the last line printed shows that the three add up to the rows of "
            "the file, and their totals to its total.\n\n"
            "No amount is changed, except by a rounding that the profile names, and that is "
            "totalled. Codes that a spreadsheet has turned into numbers, dates that it has "
            "lost, shifted columns and error cells are refused, not guessed.\n\n"
            "A refused row refuses everything, unless --errors says where such rows go: into a "
            "file with the extract's own columns and the reason. Mend the rows there and "
            "convert that file with the same profile; it is recognised, and the rows keep "
            "their ids.\n\n"
            "If the rows do not add up to the control total, given or found in the file, nothing "
            "is written. Extracts may be packed with gzip, xz or zstd.",
        .argument = { { .name = "EXTRACT", .kind = VALUE_FILE, .repeatable = true,
                        .help = "The files that the finance system wrote." } },
        .options = convert_options,
        .example = {
            { "ochil convert --profile stirling.profile june.csv --out 2014-15/ledger/june.csv",
              "Take in the extract for June." },
            { "ochil convert -p stirling.profile june.xlsx -o june.csv --errors refused.csv "
              "--control-total 1234567.89",
              "The same from a workbook, with the total that the ledger shows." },
            { "ochil convert -p pupils.profile --as basis_values census.ods -o values.csv",
              "Take in the values of a basis." },
        },
        .exits = { ERR_REFUSED, ERR_IO, ERR_CHECK },
        .see_also = "close profile reasons csv",
    },
    {
        .verb = "profile guess", .run = profile_guess_run,
        .summary = "Propose a profile from an extract",
        .description =
            "Reads the extract and prints a profile for it, with a comment on each line: how "
            "sure it is, and why. What cannot be told from the file is left open and said so; "
            "whose extract it is, never guessed. Look it through, save it, and try it with "
            "'ochil profile check'.",
        .argument = { { .name = "EXTRACT", .kind = VALUE_FILE,
                        .help = "The file that the finance system wrote." } },
        .options = guess_options,
        .example = {
            { "ochil profile guess june.csv --partner STI > stirling.profile",
              "Begin a profile for Stirling's extracts." },
            { "ochil profile guess census.xlsx --sheet Pupils --as basis_values",
              "The same for the values of a basis on one sheet." },
        },
        .exits = { ERR_REFUSED, ERR_IO, ERR_CHECK },
        .see_also = "convert close",
    },
    {
        .verb = "profile check", .run = profile_check_run,
        .summary = "Try a profile on an extract and show the first rows",
        .description =
            "Converts the extract without writing anything, and shows the first rows as they "
            "came and as they would go, then the same report as 'ochil convert'.",
        .argument = {
            { .name = "PROFILE", .kind = VALUE_FILE, .help = "The profile to try." },
            { .name = "EXTRACT", .kind = VALUE_FILE,
              .help = "The file that the finance system wrote." },
        },
        .options = check_options,
        .example = {
            { "ochil profile check stirling.profile june.csv", "Does the profile fit?" },
            { "ochil profile check stirling.profile june.csv --rows 50 --json",
              "More rows, for another program." },
        },
        .exits = { ERR_REFUSED, ERR_IO, ERR_CHECK },
        .see_also = "convert profile reasons",
    },
    { 0 },
};

const struct feature extract_feature = { "extract", "Taking in extracts", actions };
