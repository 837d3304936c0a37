#include "finance/finance_paper_layout.h"

#include "formats/csv.h"

static const char *const field_word[LAYOUT_FIELDS] = {
    [LAYOUT_BATCH] = "batch", [LAYOUT_REFERENCE] = "reference", [LAYOUT_LINE] = "line",
    [LAYOUT_PERIOD] = "period", [LAYOUT_DATE] = "date", [LAYOUT_COST_CENTRE] = "cost_centre",
    [LAYOUT_ACCOUNT] = "account", [LAYOUT_AMOUNT] = "amount", [LAYOUT_DEBIT] = "debit",
    [LAYOUT_CREDIT] = "credit", [LAYOUT_SIDE] = "side", [LAYOUT_NARRATIVE] = "narrative",
    [LAYOUT_COUNTERPARTY] = "counterparty", [LAYOUT_VAT] = "vat", [LAYOUT_SERVICE] = "service",
    [LAYOUT_POOL] = "pool", [LAYOUT_GROUP] = "group",
};

static const char *const vat_word[VAT_TREATMENTS] = { "outside", "exempt", "standard", "reduced",
                                                      "zero" };
static const char *const vat_title[VAT_TREATMENTS] = {
    "Outside", "Exempt", "Standard", "Reduced", "Zero" };

static const char *const date_word[] = { "2014-06-30", "30/06/2014", "30-Jun-2014",
                                         "30.06.2014", NULL };
static const char *const sign_word[] = { "minus", "brackets", "behind", NULL };
static const char *const delimiter_word[] = { "comma", "semicolon", "tab", "pipe", NULL };
static const char *const yes_word[] = { "no", "yes", NULL };
static const char *const line_word[] = { "lf", "crlf", NULL };

static const char usual[] =
    "column Batch = batch\n"
    "column Reference = reference\n"
    "column Period = period\n"
    "column Date = date\n"
    "column Service = service\n"
    "column Pool = pool\n"
    "column Account = account\n"
    "column Debit = debit\n"
    "column Credit = credit\n"
    "column Narrative = narrative\n"
    "column Counterparty = counterparty\n"
    "column VAT = vat\n"
    "total = yes\n";

struct text paper_layout_usual(void)
{
    return (struct text){ usual, sizeof usual - 1 };
}

const char *layout_vat_word(enum layout_vat vat)
{
    return vat_word[vat];
}

const char *layout_vat_title(enum layout_vat vat)
{
    return vat_title[vat];
}

struct text layout_code_of(const struct layout_codes *codes, struct text of)
{
    for (size_t i = 0; i < codes->count; i++)
        if (text_equal(codes->code[i].of, of))
            return codes->code[i].code;
    return (struct text){ "", 0 };
}

/* --- reading --- */

struct reading {
    struct arena        *arena;
    struct paper_layout *layout;
    struct trouble      *trouble;
    int                  line;
};

static struct text trim(struct text text)
{
    while (text.size > 0 && is_one_of(text.data[0], " \t\r"))
        text = (struct text){ text.data + 1, text.size - 1 };
    while (text.size > 0 && is_one_of(text.data[text.size - 1], " \t\r"))
        text.size--;
    return text;
}

static enum err wrong(const struct reading *reading, const char *words, struct text what)
{
    return fail(reading->trouble, ERR_USAGE, "layout:%d: %s: %.*s", reading->line, words,
                TEXT(what));
}

/* Which of the words it is; -1: none. */
static int choice(struct text value, const char *const word[], size_t count)
{
    for (size_t i = 0; i < count && word[i] != NULL; i++)
        if (text_is(value, word[i]))
            return (int)i;
    return -1;
}

static enum err add_code(const struct reading *reading, struct layout_codes *codes,
                         struct text of, struct text code)
{
    if (of.size == 0 || code.size == 0)
        return wrong(reading, "a code and what it is of", code);
    if (layout_code_of(codes, of).size > 0)
        return wrong(reading, "it has a code already", of);
    codes->code = arena_grow(reading->arena, codes->code, codes->count, codes->count + 1,
                             sizeof *codes->code);
    codes->code[codes->count++] = (struct layout_code){ of, code };
    return OK;
}

static enum err add_column(const struct reading *reading, struct text head, struct text value)
{
    struct paper_layout *layout = reading->layout;
    const int field = choice(value, field_word, LAYOUT_FIELDS);

    if (field < 0)
        return wrong(reading, "no such thing to stand in a column", value);
    if (layout->columns == LAYOUT_COLUMNS_MOST)
        return wrong(reading, "too many columns", head);
    layout->column[layout->columns++] = (struct layout_column){ head, (enum layout_field)field };
    return OK;
}

static enum err take_vat(const struct reading *reading, struct text subject, struct text value)
{
    static const char code[] = "code ";

    if (subject.size > sizeof code - 1 && memcmp(subject.data, code, sizeof code - 1) == 0) {
        const struct text treatment = trim((struct text){ subject.data + sizeof code - 1,
                                                          subject.size - (sizeof code - 1) });
        if (choice(treatment, vat_word, VAT_TREATMENTS) < 0)
            return wrong(reading, "no such treatment", treatment);
        return add_code(reading, &reading->layout->vat_code, treatment, value);
    }
    if (choice(value, vat_word, VAT_TREATMENTS) < 0)
        return wrong(reading, "no such treatment", value);
    return add_code(reading, &reading->layout->vat, subject, value);
}

/* Keys with a subject: "account employees". */
static enum err take_subject(const struct reading *reading, struct text key, struct text subject,
                             struct text value)
{
    if (text_is(key, "column"))
        return add_column(reading, subject, value);
    if (text_is(key, "account")) {
        reading->layout->mapped = true;
        return add_code(reading, &reading->layout->account, subject, value);
    }
    if (text_is(key, "centre"))
        return add_code(reading, &reading->layout->centres, subject, value);
    if (text_is(key, "vat"))
        return take_vat(reading, subject, value);
    return wrong(reading, "no such key", key);
}

static enum err take_plain(const struct reading *reading, struct text key, struct text value)
{
    static const char delimiters[] = ",;\t|";
    struct paper_layout *layout = reading->layout;
    const struct {
        const char        *key;
        const char *const *word;
    } choices[] = {
        { "delimiter", delimiter_word }, { "header", yes_word }, { "lines", line_word },
        { "date", date_word }, { "amount", sign_word }, { "thousands", yes_word },
        { "total", yes_word },
    };
    struct text *const words[] = { &layout->debit, &layout->credit, &layout->clearing,
                                   &layout->centre };
    static const char *const word_key[] = { "debit", "credit", "clearing", "centre", NULL };
    const int place = choice(key, word_key, COUNT(words));
    size_t which = 0;

    if (place >= 0) {
        *words[place] = value;
        return OK;
    }
    while (which < COUNT(choices) && !text_is(key, choices[which].key))
        which++;
    if (which == COUNT(choices))
        return wrong(reading, "no such key", key);
    const int chosen = choice(value, choices[which].word, 5);
    if (chosen < 0)
        return wrong(reading, "that is none of the choices", value);
    switch (which) {
    case 0: layout->delimiter = delimiters[chosen]; break;
    case 1: layout->header = chosen == 1; break;
    case 2: layout->crlf = chosen == 1; break;
    case 3: layout->date = (enum layout_date)chosen; break;
    case 4: layout->sign = (enum layout_sign)chosen; break;
    case 5: layout->thousands = chosen == 1; break;
    default: layout->total = chosen == 1; break;
    }
    return OK;
}

static enum err take_line(const struct reading *reading, struct text line)
{
    const char *equals;
    size_t blank = 0;

    line = trim(line);
    if (line.size == 0 || line.data[0] == '#')
        return OK;
    equals = memrchr(line.data, '=', line.size);
    if (equals == NULL)
        return wrong(reading, "no = in it", line);
    const struct text key = trim((struct text){ line.data, (size_t)(equals - line.data) });
    const struct text value = trim((struct text){ equals + 1, line.size -
                                                  (size_t)(equals + 1 - line.data) });
    while (blank < key.size && key.data[blank] != ' ')
        blank++;
    if (blank == key.size)
        return take_plain(reading, key, value);
    return take_subject(reading, (struct text){ key.data, blank },
                        trim((struct text){ key.data + blank, key.size - blank }), value);
}

static bool has_column(const struct paper_layout *layout, enum layout_field field)
{
    for (size_t i = 0; i < layout->columns; i++)
        if (layout->column[i].field == field)
            return true;
    return false;
}

/* Is everything there that a ledger needs? */
static enum err judge(const struct reading *reading)
{
    const struct paper_layout *layout = reading->layout;
    const bool sides = has_column(layout, LAYOUT_DEBIT) && has_column(layout, LAYOUT_CREDIT);

    if (!has_column(layout, LAYOUT_ACCOUNT))
        return fail(reading->trouble, ERR_USAGE, "layout: no column holds the account");
    if (!sides && !has_column(layout, LAYOUT_AMOUNT))
        return fail(reading->trouble, ERR_USAGE, "layout: no column holds the amount, nor two "
                    "debit and credit");
    if (layout->mapped && layout->clearing.size == 0)
        return fail(reading->trouble, ERR_USAGE, "layout: accounts, but none for clearing");
    return OK;
}

enum err paper_layout_read(struct arena *arena, struct text words, struct paper_layout *layout,
                           struct trouble *trouble)
{
    struct reading reading = { .arena = arena, .layout = layout, .trouble = trouble };
    enum err err = OK;

    *layout = (struct paper_layout){ .delimiter = ',', .header = true, .debit = { "D", 1 },
                                     .credit = { "C", 1 }, .name = { "The usual layout", 16 } };
    if (words.size > LAYOUT_BYTES_MOST || !text_is_utf8(words))
        return fail(trouble, ERR_USAGE, "layout: at most %d bytes of UTF-8", LAYOUT_BYTES_MOST);
    while (words.size > 0 && err == OK) {
        const char *end = memchr(words.data, '\n', words.size);
        const size_t size = end == NULL ? words.size : (size_t)(end - words.data);
        reading.line++;
        err = take_line(&reading, (struct text){ words.data, size });
        words = (struct text){ words.data + size, words.size - size };
        if (words.size > 0)
            words = (struct text){ words.data + 1, words.size - 1 };
    }
    return err == OK ? judge(&reading) : err;
}

bool layout_vat_parse(struct text word, enum layout_vat *vat)
{
    const int treatment = choice(word, vat_word, VAT_TREATMENTS);

    *vat = treatment < 0 ? VAT_OUTSIDE : (enum layout_vat)treatment;
    return treatment >= 0;
}

enum layout_vat layout_vat_of(const struct paper_layout *layout, struct text service, bool *said)
{
    enum layout_vat vat;

    *said = layout_vat_parse(layout_code_of(&layout->vat, service), &vat);
    return vat;
}
