/*
 * finance/finance_basis_reading.c -- a file of basis values read with its profile: by the convert
 * library row by row, and each value added to those of its basis, council and first period.
 */
#include "finance/finance_basis_file.h"

#include "extract/convert_io.h"
#include "extract/guess.h"
#include "finance/finance_csv_file.h"
#include "finance/finance_profile.h"

enum { AT_BASIS, AT_FROM, AT_PARTNER, AT_VALUE };       /* in the form's order */

struct basis_reader {
    const struct basis_asked *asked;
    struct arena             *arena;
    struct basis_reading     *out;
    size_t                    room;
};

static void refuse(struct basis_reader *reader, uint64_t row, const char *reason,
                   const char *words)
{
    struct basis_reading *out = reader->out;

    out->refused++;
    if (out->refusals == REFUSALS_KEPT)
        return;
    out->refusal = arena_grow(reader->arena, out->refusal, out->refusals, out->refusals + 1,
                              sizeof *out->refusal);
    out->refusal[out->refusals++] = (struct ledger_refusal){ row, reason, words };
}

static const struct council *council_of(const struct councils *councils, struct text word)
{
    for (size_t i = 0; i < councils->count; i++)
        if (text_equal(councils->council[i].code, word) ||
            text_equal(councils->council[i].name, word))
            return &councils->council[i];
    return NULL;
}

static struct basis_value *value_of(struct basis_reader *reader, struct text basis,
                                    struct text from, struct text partner)
{
    struct basis_reading *out = reader->out;

    for (size_t i = 0; i < out->values; i++)
        if (text_equal(out->value[i].basis, basis) && text_equal(out->value[i].from, from) &&
            text_equal(out->value[i].partner, partner))
            return &out->value[i];
    if (out->values == reader->room) {
        reader->room = reader->room * 2 + 16;
        out->value = arena_grow(reader->arena, out->value, out->values, reader->room,
                                sizeof *out->value);
    }
    struct basis_value *value = &out->value[out->values++];
    *value = (struct basis_value){ .basis = text_keep(reader->arena, basis),
                                   .from = text_keep(reader->arena, from), .partner = partner };
    decimal_sum_open(&value->sum);
    return value;
}

static void see(void *context, const struct row_rules *rules, const struct row *row,
                const struct row_verdict *verdict)
{
    struct basis_reader *reader = context;
    char words[REFUSAL_TEXT_MAX];

    if (verdict->outcome == OUTCOME_LEFT_OUT)
        return;
    if (verdict->outcome == OUTCOME_REFUSED) {
        refusal_text(rules, row, verdict, words);
        refuse(reader, row->number, reason_name(verdict->reason),
               arena_copy(reader->arena, words, strlen(words)));
        return;
    }
    const struct council *council = council_of(reader->asked->councils,
                                               verdict->word[AT_PARTNER]);
    if (council == NULL) {
        refuse(reader, row->number, "PARTNER",
               arena_print(reader->arena, "%.*s is neither the code nor the name of a council.",
                           TEXT(verdict->word[AT_PARTNER])));
        return;
    }
    struct basis_value *value = value_of(reader, verdict->word[AT_BASIS],
                                         verdict->word[AT_FROM], council->code);
    decimal_sum_add(&value->sum, verdict->amount.exact);
    value->rows++;
    reader->out->counted++;
}

/* As the engine writes a number: no needless zeros. */
static const char *plain(struct arena *arena, const struct decimal_sum *sum)
{
    struct text text = text_of(decimal_sum_text(sum, arena));

    while (text.size > 0 && text.data[text.size - 1] == '0')
        text.size--;
    if (text.size > 0 && text.data[text.size - 1] == '.')
        text.size--;
    return arena_copy(arena, text.data, text.size);
}

static bool differs(enum agreement agreement)
{
    return agreement == AGREE_NOT || agreement == AGREE_NOT_READABLE;
}

static void take_summary(struct basis_reader *reader, const struct convert_summary *summary)
{
    struct basis_reading *out = reader->out;
    const struct convert_file *file = &summary->file[0];

    for (size_t i = 0; i < summary->proof.rules; i++)
        out->left_out += summary->proof.left_out[LEFT_BY_PROFILE + i].rows;
    out->agrees = !differs(summary->agreement) && !differs(file->agreement);
    out->difference = plain(reader->arena, differs(file->agreement) ? &file->difference
                                                                    : &summary->difference);
}

static void end_values(struct basis_reader *reader)
{
    struct decimal_sum total;

    decimal_sum_open(&total);
    for (size_t i = 0; i < reader->out->values; i++) {
        struct basis_value *value = &reader->out->value[i];
        value->value = plain(reader->arena, &value->sum);
        decimal_sum_add_sum(&total, &value->sum);
        decimal_sum_close(&value->sum);
    }
    reader->out->total = plain(reader->arena, &total);
    decimal_sum_close(&total);
}

static enum err convert(struct basis_reader *reader, const struct extract_copy *copy,
                        struct trouble *said)
{
    const struct convert_request request = {
        .outside = reader->asked->desk->outside, .profile = copy->profile,
        .extract = &copy->extract, .extracts = 1, .form = FORM_BASIS_VALUES, .threads = 1,
        .control = reader->asked->control, .see = see, .see_context = reader,
    };
    struct convert_summary summary;
    const enum err err = convert_extracts(&request, reader->arena, &summary, said);

    if (err == OK || err == ERR_REFUSED) {
        take_summary(reader, &summary);
        convert_summary_close(&summary);
    }
    end_values(reader);
    return err == ERR_REFUSED ? OK : err;
}

enum err basis_file_read(const struct basis_asked *asked, struct arena *arena,
                         struct basis_reading *out, struct trouble *trouble)
{
    struct basis_reader reader = { .asked = asked, .arena = arena, .out = out };
    struct trouble said = { 0 };
    struct extract_copy copy;
    enum err err = extract_copy_open(&copy, arena, asked->desk, asked->evidence, asked->words,
                                     trouble);

    *out = (struct basis_reading){ .total = "", .difference = "" };
    if (err != OK)
        return err;
    err = convert(&reader, &copy, &said);
    if (err == ERR_USAGE || err == ERR_CHECK)
        out->trouble = extract_copy_message(&copy, arena, said.text);
    else if (err != OK)
        err = fail(trouble, err, "%s", said.text);
    extract_copy_close(&copy);
    return out->trouble != NULL ? OK : err;
}

const char *basis_words_judge(struct arena *arena, struct text words)
{
    struct trouble said = { 0 };
    struct profile profile;

    if (words.size == 0 || words.size > EXTRACT_PROFILE_BYTES_MOST)
        return arena_print(arena, "A profile has 1 to %d bytes.", EXTRACT_PROFILE_BYTES_MOST);
    enum err err = profile_parse(words, "profile", arena, &profile, &said);
    if (err == OK)
        err = profile_suits(&profile, FORM_BASIS_VALUES, "profile", &said);
    return err == OK ? NULL : arena_copy(arena, said.text, strlen(said.text));
}

bool basis_control_is_fit(struct text control)
{
    const struct amount_style style = { .decimal = DECIMAL_POINT };
    const struct cell cell = { .text = control };
    struct amount_reading amount;

    return control.size > 0 && control.size <= BASIS_CONTROL_MOST &&
           value_read(&cell, &style, &amount) == REASON_NONE;
}

bool basis_reading_is_good(const struct basis_reading *reading)
{
    return reading->trouble == NULL && reading->refused == 0 && reading->agrees &&
           reading->values > 0;
}

struct text basis_reading_lines(struct arena *arena, const struct basis_reading *reading)
{
    struct csv_file made;

    csv_file_open(&made, arena, text_of(""));
    for (size_t i = 0; i < reading->values; i++) {
        const struct basis_value *value = &reading->value[i];
        csv_file_row(&made, (struct text[]){ value->basis, value->from, value->partner,
                                             text_of(value->value) }, 4);
    }
    return csv_file_close(&made);
}

/* --- the profile that it seems to need --- */

/* A line of the guess, as it fits here: which column has the councils is not asked for twice, and
 * which basis it is somebody has said. */
static const char *fit_line(struct arena *arena, struct text line, struct text code)
{
    static const char other[] = "or column ";
    const char *found = memmem(line.data, line.size, other, sizeof other - 1);
    const bool basis = (line.size > 5 && memcmp(line.data, "basis", 5) == 0) ||
                       (line.size > 7 && memcmp(line.data, "# basis", 7) == 0);

    if (basis && code.size > 0)
        return arena_print(arena, "basis         = fixed %.*s   # as was said", TEXT(code));
    if (line.size > 7 && memcmp(line.data, "partner", 7) == 0 && found != NULL) {
        const char *name = found + 3;
        return arena_print(arena, "partner       = %.*s   # likely: by its name",
                           (int)(line.data + line.size - name), name);
    }
    return arena_print(arena, "%.*s", TEXT(line));
}

static const char *fit_words(struct arena *arena, struct text words, struct text code)
{
    const char *made = "";

    while (words.size > 0) {
        const char *end = memchr(words.data, '\n', words.size);
        const size_t size = end == NULL ? words.size : (size_t)(end - words.data);
        made = arena_print(arena, "%s%s\n", made,
                           fit_line(arena, (struct text){ words.data, size }, code));
        words.data += size + (end != NULL);
        words.size -= size + (end != NULL);
    }
    return made;
}

enum err basis_file_guess(const struct extract_desk *desk, struct arena *arena, struct text hex,
                          struct text code, const char **words, struct trouble *trouble)
{
    struct extract_guess guess;
    const enum err err = extract_guess(desk, arena, hex, EXTRACT_BASIS_VALUES, &guess,
                                       trouble);

    *words = err == OK ? fit_words(arena, text_of(guess.words), code) : "";
    return err;
}
