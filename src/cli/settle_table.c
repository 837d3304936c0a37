#include "cli/settle_table.h"

#define FOLDER_ARGUMENT                                                                        \
    { .name = "FOLDER", .kind = VALUE_FOLDER, .help = "The partnership folder." }

static const char *const books[] = { "ledger", "budget", "forecast", NULL };

/* Options that several verbs have, word for word. */
#define BOOK_OPTION                                                                            \
    { .name = "book", .value = "BOOK", .choices = books,                                       \
      .help = "The lines to take: ledger unless given." }
#define THROUGH_OPTION                                                                         \
    { .name = "through", .value = "PERIOD",                                                    \
      .help = "Settle up to this period, such as 2014-15/P06; later lines are tested and "     \
              "counted, not settled. The whole year unless given." }
#define THREADS_OPTION                                                                         \
    { .name = "threads", .value = "N", .kind = VALUE_NUMBER,                                   \
      .help = "Read the ledgers with so many threads; the result is the same with any "        \
              "number. One for each processor unless given." }
#define JSON_OPTION                                                                            \
    { .name = "json", .help = "Print one JSON object instead of text; amounts are strings." }

/* -- new ----------------------------------------------------------------------------------- */

static const struct option new_options[] = {
    { .name = "year", .value = "YEAR",
      .help = "The financial year, such as 2014-15. Left blank in partnership.csv unless "
              "given." },
    { 0 },
};

/* -- map ----------------------------------------------------------------------------------- */

static const struct option map_options[] = {
    BOOK_OPTION,
    JSON_OPTION,
    { .name = "csv", .help = "Print CSV with a header row." },
    { 0 },
};

/* -- close --------------------------------------------------------------------------------- */

static const struct option close_options[] = {
    { .name = "out", .letter = 'o', .value = "DIR", .kind = VALUE_FOLDER, .required = true,
      .help = "The folder to write. It is written whole or not at all; one that is not empty "
              "is refused." },
    BOOK_OPTION,
    THROUGH_OPTION,
    THREADS_OPTION,
    { .name = "no-certificate", .help = "Leave out certificate.json and the hashes in it." },
    { .name = "force", .help = "Replace a folder DIR that is not empty, whole." },
    JSON_OPTION,
    { 0 },
};

/* -- explain ------------------------------------------------------------------------------- */

static const struct option explain_options[] = {
    { .name = "pool", .letter = 'p', .value = "POOL", .help = "The pool of the figure." },
    { .name = "period", .letter = 't', .value = "PERIOD",
      .help = "The period of the figure, such as 2014-15/P06." },
    { .name = "group", .letter = 'g', .value = "GROUP",
      .help = "Only this subjective group. All of the pool's unless given." },
    { .name = "partner", .value = "PARTNER", .help = "Only this partner's part." },
    { .name = "lines", .value = "N|all",
      .help = "How many ledger lines to show: a number, or all. Ten unless given." },
    { .name = "line", .letter = 'l', .value = "FILE:N",
      .help = "The other way round: what became of line N of this ledger file, such as "
              "ledger/stirling.csv:1207." },
    BOOK_OPTION,
    THROUGH_OPTION,
    JSON_OPTION,
    { 0 },
};

/* -- whatif -------------------------------------------------------------------------------- */

static const struct option whatif_options[] = {
    { .name = "set", .letter = 's', .value = "WHAT=VALUE", .repeatable = true,
      .help = "Assume this instead of what the folder says." },
    { .name = "ask", .letter = 'a',
      .help = "Read further questions from standard input, one a line, assignments separated "
              "by blanks, and answer each at once." },
    BOOK_OPTION,
    THROUGH_OPTION,
    THREADS_OPTION,
    JSON_OPTION,
    { 0 },
};

/* -- the table ----------------------------------------------------------------------------- */

static const struct action actions[] = {
    {
        .verb = "new", .run = new_run,
        .summary = "Make an empty partnership folder",
        .description =
            "Writes every file of a partnership folder with its header row, the settings with "
            "their usual values, an empty ledger, and a README.md that says in plain words what "
            "each file holds and in which order to fill them.\n\n"
            "A folder that is there already must be empty. Nothing is overwritten.",
        .argument = { { .name = "FOLDER", .kind = VALUE_FOLDER, .help = "The folder to make." } },
        .options = new_options,
        .example = {
            { "ochil new 2014-15 --year 2014-15", "Make the folder 2014-15 for that year." },
            { "ochil new draft", "Make a folder; the year is filled in later." },
        },
        .exits = { ERR_IO },
        .see_also = "map close csv",
    },
    {
        .verb = "map", .run = map_run,
        .summary = "List the accounts and cost centres that are not mapped yet",
        .description =
            "Reads the ledgers and lists each account without a group and each cost centre "
            "without a treatment, with the number of its lines and their sum, the largest "
            "first. What stands at the top is what to map first, in accounts.csv and "
            "cost_centres.csv.\n\n"
            "Other faults do not hinder the list; 'ochil close' names those.",
        .argument = { FOLDER_ARGUMENT },
        .options = map_options,
        .example = {
            { "ochil map 2014-15", "What is left to map in this year's ledgers?" },
            { "ochil map 2014-15 --csv > unmapped.csv", "The same list for a spreadsheet." },
        },
        .exits = { ERR_REFUSED, ERR_IO },
        .see_also = "close csv",
    },
    {
        .verb = "close", .run = close_run,
        .summary = "Work out who bears what, who has paid and who owes whom",
        .description =
            "Reads and tests every line of the folder, shares each pool on its basis, rounds "
            "once by the rule of the partnership, and writes the settlement, the bill, a "
            "journal for each partner, the carried fractions of a penny, the totals and a "
            "certificate with the hash of every file. The same folder gives the same bytes on "
            "every machine.\n\n"
            "If anything is wrong the close is refused: only errors.csv is written, with every "
            "fault of the input, its file, line, code and value. Nothing is guessed, skipped or "
            "repaired.\n\n"
            "Periods in charged.csv are locked: what was charged stands, and differences go "
            "into the first open period.",
        .argument = { FOLDER_ARGUMENT },
        .options = close_options,
        .example = {
            { "ochil close 2014-15 --out bill", "Settle the whole year into the folder bill." },
            { "ochil close 2014-15 --out p06 --through 2014-15/P06",
              "Settle April to September." },
            { "ochil close 2014-15 --out plan --book budget", "The same for the budget." },
        },
        .exits = { ERR_REFUSED, ERR_IO },
        .see_also = "explain whatif bundle csv faults",
    },
    {
        .verb = "explain", .run = explain_run,
        .summary = "Say why a figure is what it is, to the penny",
        .description =
            "Prints for a figure of the settlement the pool's total and who paid it; the basis "
            "in force with its values, their source and the period they date from; the share as "
            "an exact fraction; the exact amount; the rounding rule, the penny moved and the "
            "carry; corrections carried in; and the ledger lines. The steps, added up again, "
            "give the figure.\n\n"
            "With --line it answers the other way round: what became of a ledger line, and why "
            "it was not charged if it was not.",
        .argument = { FOLDER_ARGUMENT },
        .options = explain_options,
        .example = {
            { "ochil explain 2014-15 --pool SW-HQ --period 2014-15/P06",
              "Why is the September bill of this pool what it is?" },
            { "ochil explain 2014-15 --line ledger/stirling.csv:1207",
              "What became of line 1207 of this file?" },
            { "ochil explain 2014-15 --pool SW-HQ --period 2014-15/P06 --partner CLK "
              "--lines all", "One partner's part, with every ledger line." },
        },
        .exits = { ERR_REFUSED, ERR_IO, ERR_MISSING },
        .see_also = "close whatif",
    },
    {
        .verb = "whatif", .run = whatif_run,
        .summary = "Show what another basis or value would change",
        .description =
            "Settles twice, as the folder is and as assumed, and prints the change for each "
            "partner, service and pool; for a single basis value also the break-even: the "
            "value at which a partner's total does not change. Nothing is written.\n\n"
            "What can be assumed:\n\n"
            "    pool.SW-HQ.basis=ROLL               another basis for a pool\n"
            "    basis.POP.CLK=52000                 another value for a partner\n"
            "    basis.POP.CLK@2014-15/P06=52500     the same from a period on\n"
            "    support.HR.ED-HQ=40                 a driver of a support pool\n"
            "    setting.rounding=period             a setting, but not the year\n"
            "    cost_centre.CLK.71001.pool=ED-HQ    also .treatment and .bearer\n\n"
            "The ledgers are read once. With --ask every further question is answered from "
            "the sums; only one about a cost centre reads them again.",
        .argument = { FOLDER_ARGUMENT },
        .options = whatif_options,
        .example = {
            { "ochil whatif 2014-15 --set pool.SW-HQ.basis=ROLL",
              "What if the pool were shared by pupils?" },
            { "ochil whatif 2014-15 --set basis.POP.CLK=52000",
              "What if there were more people? Shows the break-even too." },
            { "ochil whatif 2014-15 --ask < questions.txt",
              "Answer many questions with one reading of the ledgers." },
        },
        .exits = { ERR_REFUSED, ERR_IO, ERR_MISSING },
        .see_also = "close explain",
    },
    { 0 },
};

const struct feature settle_feature = { "settle", "Settling a year", actions };
