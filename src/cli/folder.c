#include "cli/folder.h"

/* The ledgers, the budget and the forecast have the same columns. */
static const struct folder_column line_columns[] = {
    { "entry_id", "The line's own number in the partner's ledger: each only once." },
    { "partner", "Who paid: a code of partners.csv." },
    { "date", "The accounting date, YYYY-MM-DD. May be blank when the period is given." },
    { "period", "The accounting period, 2014-15/P01 (April) to P12 (March) and P13 (final "
                "accounts). Blank: the month of the date. Given, it wins over the date." },
    { "cost_centre", "The partner's own cost centre: cost_centres.csv says what it is." },
    { "account", "The partner's own account: accounts.csv says its group." },
    { "amount", "Pounds and pence, 1234.56; cost positive, income negative. No commas." },
    { "description", "Free text. Bundles leave it out." },
    { NULL, NULL },
};

const struct folder_setting folder_settings[] = {
    { "name", "Shared services", "What the partnership is called." },
    { "year", "", "The financial year, April to March, as 2014-15." },
    { "rounding", "year-to-date", "year-to-date: the bills of the year add up to exactly the "
      "year's share. period: every period is rounded by itself." },
    { "remainder", "largest", "Who takes the odd pennies. largest: one each to the largest "
      "remainders. lead: the service's lead. first: the partner listed first." },
    { "settlement", "net", "net: one amount for each pair of partners. gross: one for each "
      "service and partner." },
    { "support_method", "reciprocal", "How support services serve each other. reciprocal, "
      "step-down, or direct." },
    { NULL, NULL, NULL },
};

const struct folder_file folder_files[] = {
    { "partnership.csv", "partnership.csv", FOLDER_NEEDED,
      "The settings of the partnership, one a row.",
      (const struct folder_column[]){
        { "key", "The setting's name: name, year, rounding, remainder, settlement or "
                 "support_method." },
        { "value", "Its value." }, { NULL, NULL } } },
    { "partners.csv", "partners.csv", FOLDER_NEEDED,
      "The councils, at least two. Their order decides ties.",
      (const struct folder_column[]){
        { "partner", "A short code: letters, digits, dot, underline and hyphen, at most 32." },
        { "name", "The partner's full name." }, { NULL, NULL } } },
    { "services.csv", "services.csv", FOLDER_NEEDED,
      "The shared services and who leads each.",
      (const struct folder_column[]){
        { "service", "A short code; not 'all'." },
        { "name", "The service's name." },
        { "lead", "The partner that leads it and settles with the others." },
        { NULL, NULL } } },
    { "pools.csv", "pools.csv", FOLDER_NEEDED,
      "Cost pools: costs that are treated alike. A pool whose basis changes has several rows "
      "with periods that do not overlap.",
      (const struct folder_column[]){
        { "pool", "A short code." },
        { "name", "The pool's name." },
        { "service", "The service it belongs to." },
        { "kind", "common (blank means common), or support for HR, ICT, finance and the like." },
        { "from", "First period in which the row holds. Blank: always." },
        { "to", "Last period in which the row holds. Blank: open." },
        { "basis", "The basis on which a common pool is shared. Blank for support." },
        { NULL, NULL } } },
    { "bases.csv", "bases.csv", FOLDER_NEEDED,
      "Bases: in what proportion partners bear a pool.",
      (const struct folder_column[]){
        { "basis", "A short code." },
        { "name", "What it measures." },
        { "kind", "measure: by values. fixed: per cent that add to exactly 100. equal: alike. "
                  "blend: weighted sum of bases. tolerance: estimate, unless actual differs by "
                  "more than the tolerance." },
        { "places", "Round the shares to so many decimals of a per cent first. Blank: exact." },
        { "tolerance", "For tolerance: percentage points." },
        { "estimate", "For tolerance: the basis of the estimate." },
        { "actual", "For tolerance: the basis of what came about." },
        { "unit", "What a value counts: pupils, hours, persons." },
        { "source", "Where the values come from and who approved them." }, { NULL, NULL } } },
    { "basis_values.csv", "basis_values.csv", FOLDER_NEEDED,
      "The values of bases. A value holds from its period until the next one given.",
      (const struct folder_column[]){
        { "basis", "A basis of kind measure or fixed." },
        { "from", "The period from which the value holds. Blank: from the start." },
        { "partner", "Whose value it is." },
        { "value", "A number, not negative." }, { NULL, NULL } } },
    { "blends.csv", "blends.csv", FOLDER_OPTIONAL,
      "What blends are made of.",
      (const struct folder_column[]){
        { "basis", "A basis of kind blend." },
        { "component", "A basis that it is made of." },
        { "weight", "Per cent; the weights of a blend add to 100." }, { NULL, NULL } } },
    { "accounts.csv", "accounts.csv", FOLDER_NEEDED,
      "Each partner's own account codes, brought to common groups.",
      (const struct folder_column[]){
        { "partner", "Whose account it is." },
        { "account", "The code as the ledger has it, byte for byte." },
        { "group", "The common group: employees, premises, supplies..." }, { NULL, NULL } } },
    { "cost_centres.csv", "cost_centres.csv", FOLDER_NEEDED,
      "What each cost centre's cost is. A row naming an account beats one that leaves it blank.",
      (const struct folder_column[]){
        { "partner", "Whose cost centre it is." },
        { "cost_centre", "The code as the ledger has it, byte for byte." },
        { "account", "Only for this account. Blank: for all." },
        { "from", "First period in which the row holds. Blank: always." },
        { "to", "Last period in which the row holds. Blank: open." },
        { "treatment", "common: shared on the pool's basis. support: shared through the pools "
                       "it supports. direct: borne by the bearer. initiative: the bearer's own "
                       "initiative, shown apart. excluded: not part of the shared service." },
        { "pool", "The pool. Blank for excluded." },
        { "bearer", "For direct and initiative: the partner that bears it." },
        { NULL, NULL } } },
    { "support.csv", "support.csv", FOLDER_OPTIONAL,
      "How much each support pool does for the pools it supports.",
      (const struct folder_column[]){
        { "pool", "A support pool." },
        { "from", "The period from which the value holds. Blank: from the start." },
        { "receiver", "The pool that is supported; it may be a support pool too." },
        { "value", "The driver: staff, devices, invoices. 0 ends it." }, { NULL, NULL } } },
    { "ledger/lines.csv", "ledger/*.csv", FOLDER_NEEDED,
      "The ledgers: what each partner has paid. Any number of files, each with this header.",
      line_columns },
    { "budget/lines.csv", "budget/*.csv", FOLDER_LATER,
      "The budget, for --book budget.", line_columns },
    { "forecast/lines.csv", "forecast/*.csv", FOLDER_LATER,
      "The forecast, for --book forecast.", line_columns },
    { "charged.csv", "charged.csv", FOLDER_LATER,
      "What was charged for the periods that are locked: the rows of their settlement.csv. "
      "Locked periods are never rewritten; differences go into the first open period.",
      (const struct folder_column[]){
        { "kind", "common, direct, initiative or support." },
        { "pool", "The pool." },
        { "period", "The locked period." },
        { "group", "Subjective group." },
        { "partner", "Whose amounts these are." },
        { "borne", "What the partner bears." },
        { "paid", "What the partner has paid." },
        { "net", "Borne less paid." }, { NULL, NULL } } },
    { "corrected.csv", "corrected.csv", FOLDER_LATER,
      "The corrections that earlier closes have carried already: the rows of their "
      "corrections.csv.",
      (const struct folder_column[]){
        { "kind", "common, direct, initiative or support." },
        { "pool", "The pool." },
        { "period", "The locked period that it comes from." },
        { "carried_in", "The period that carries it." },
        { "group", "Subjective group." },
        { "partner", "Whose amounts these are." },
        { "borne", "What the partner bears." },
        { "paid", "What the partner has paid." }, { NULL, NULL } } },
    { "billed.csv", "billed.csv", FOLDER_LATER,
      "What has been paid on account during the year.",
      (const struct folder_column[]){
        { "service", "The service." },
        { "partner", "Who has paid." },
        { "amount", "How much, to the service's lead." }, { NULL, NULL } } },
    { NULL, NULL, FOLDER_NEEDED, NULL, NULL },
};

const char *folder_header(struct arena *arena, const struct folder_file *file)
{
    const char *header = "";

    for (const struct folder_column *column = file->column; column->name != NULL; column++)
        header = arena_print(arena, "%s%s%s", header, column == file->column ? "" : ",",
                             column->name);
    return arena_print(arena, "%s\n", header);
}

static const char *need_in_words(enum folder_need need)
{
    switch (need) {
    case FOLDER_NEEDED:
        return "";
    case FOLDER_OPTIONAL:
        return " May be left out.";
    case FOLDER_LATER:
        return " Only where it is wanted.";
    }
    return "";
}

void folder_page(struct page *page, struct arena *arena)
{
    page_section(page, "description");
    page_paragraphs(page,
        "A partnership folder holds plain CSV files that a spreadsheet can edit: comma between "
        "fields, double quotes around a field that holds a comma, UTF-8, one record a line. The "
        "first row names the columns exactly as below and in this order. A row whose fields are "
        "all empty is ignored.\n\n"
        "Codes are compared as they are written: upper and lower case, leading zeros and blanks "
        "count. Periods are written 2014-15/P01 (April) to 2014-15/P12 (March) and 2014-15/P13 "
        "(final accounts); 'from' and 'to' are both included.");
    page_section(page, "files");
    for (const struct folder_file *file = folder_files; file->name != NULL; file++) {
        page_subsection(page, file->title);
        page_paragraphs(page, arena_print(arena, "%s%s", file->purpose,
                                          need_in_words(file->need)));
        for (const struct folder_column *column = file->column; column->name != NULL; column++)
            page_term(page, column->name, column->meaning);
    }
    page_section(page, "settings of partnership.csv");
    for (const struct folder_setting *setting = folder_settings; setting->key != NULL; setting++)
        page_term(page, setting->key,
                  arena_print(arena, "%s%s%s", setting->meaning,
                              setting->value[0] == '\0' ? "" : " As made by 'ochil new': ",
                              setting->value));
    page_section(page, "see also");
    page_paragraphs(page, "ochil(1), ochil-new(1), ochil-close(1)");
}

static const char *readme_file(struct arena *arena, const struct folder_file *file)
{
    const char *text = arena_print(arena, "\n## %s\n\n%s%s\n\n| column | meaning |\n|---|---|\n",
                                   file->title, file->purpose, need_in_words(file->need));

    for (const struct folder_column *column = file->column; column->name != NULL; column++)
        text = arena_print(arena, "%s| `%s` | %s |\n", text, column->name, column->meaning);
    return text;
}

const char *folder_readme(struct arena *arena)
{
    const char *text =
        "# A partnership folder\n\n"
        "The files here say who shares which service, on what basis, and what each council has\n"
        "paid. Open them in any spreadsheet and save them as CSV (UTF-8). Leave the first row\n"
        "of each file as it is.\n\n"
        "## In which order to fill them\n\n"
        "1. `partnership.csv`: the year, unless it stands there already.\n"
        "2. `partners.csv` and `services.csv`: the councils, the services, who leads each.\n"
        "3. `bases.csv` and `basis_values.csv`: how cost is shared, with source.\n"
        "4. `pools.csv`: the pools of cost, each with its service and its basis.\n"
        "5. Put each council's ledger extract into `ledger/`, then run `ochil map` here: it\n"
        "   lists the accounts and cost centres that `accounts.csv` and `cost_centres.csv` do\n"
        "   not know yet, the largest first.\n"
        "6. `ochil close` works out the bill, or lists every fault with its file and line.\n"
        "7. `ochil explain` says for any figure why it is what it is.\n\n"
        "`ochil help csv` says the same as this page.\n\n"
        "## Settings in partnership.csv\n\n"
        "| key | meaning |\n|---|---|\n";

    for (const struct folder_setting *setting = folder_settings; setting->key != NULL; setting++)
        text = arena_print(arena, "%s| `%s` | %s |\n", text, setting->key, setting->meaning);
    for (const struct folder_file *file = folder_files; file->name != NULL; file++)
        text = arena_print(arena, "%s%s", text, readme_file(arena, file));
    return text;
}
