/*
 * extract/test_judge.h -- for tests only: a row judged, and the verdict as a line that reads aloud.
 *
 *     struct judging judging = { .form = FORM_LEDGER };
 *     judging_open(&judging, "partner = fixed STI\n...", "Date|Centre|Amount");
 *     judging_say(&judging, "2014-06-01|SW1|x")
 *
 *     "june.csv:7,STI,2014-06-01,,SW1,4000,12.50,Care"    accepted: the line
 *     "left out by leave_out 1, 5.00"                      and its amount; ? cannot be read, blank
 *     "refused AMOUNT for amount, ?"
 *
 * Cells stand between bars; "n:", "d:", "t:", "b:" and "e:" before one make it a number, a date, a
 * time, a boolean or an error of a sheet. A row may end in " !E" (encoding), " !L" (long), " !Q"
 * (quote) or " !R" (run together), as in test_rows.h.
 */
#ifndef OCHIL_TEST_JUDGE_H
#define OCHIL_TEST_JUDGE_H

#include <assert.h>
#include <stdio.h>

#include "extract/row_judge.h"

#define JUDGED_CELLS_MAX 32
#define JUDGED_TEXT_MAX  4096

struct judging {
    enum form          form;
    bool               sent_back;
    bool               fewer_passes;    /* a row may have fewer cells than the header */
    struct arena       arena;
    struct profile     profile;
    struct row         header;
    struct row_rules   rules;
    uint64_t           number;          /* of the row; 7 unless said */
    char               bytes[JUDGED_TEXT_MAX];
    struct cell        cell[JUDGED_CELLS_MAX];
    struct row         row;             /* the last one judged */
    struct row_verdict verdict;
    char               said[JUDGED_TEXT_MAX];
};

static inline struct cell judged_cell(char *text)
{
    static const struct {
        const char    *mark;
        enum cell_kind kind;
    } kinds[] = {
        { "n:", CELL_NUMBER }, { "d:", CELL_DATE }, { "t:", CELL_TIME }, { "b:", CELL_BOOLEAN },
        { "e:", CELL_ERROR },
    };

    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (strncmp(text, kinds[i].mark, 2) == 0)
            return (struct cell){ text_of(text + 2), kinds[i].kind };
    }
    return (struct cell){ text_of(text), CELL_TEXT };
}

static inline enum row_fault judged_fault(char *text)
{
    static const char letters[] = "ELQR";
    size_t size = strlen(text);

    if (size < 3 || text[size - 2] != '!')
        return ROW_GOOD;
    const char *letter = strchr(letters, text[size - 1]);
    assert(letter != NULL);
    text[size - 3] = '\0';
    return (enum row_fault)(ROW_ENCODING + (letter - letters));
}

/* A row from its words, which are changed. */
static inline struct row judged_row(char *text, struct cell cell[JUDGED_CELLS_MAX], uint64_t number)
{
    struct row row = { .cell = cell, .number = number, .fault = judged_fault(text) };

    for (char *bar; row.fault != ROW_LONG; text = bar + 1) {
        assert(row.count < JUDGED_CELLS_MAX);
        bar = strchr(text, '|');
        if (bar != NULL)
            *bar = '\0';
        cell[row.count++] = judged_cell(text);
        if (bar == NULL)
            break;
    }
    return row;
}

static inline void judging_close(struct judging *judging)
{
    arena_free(&judging->arena);
}

/* `header` NULL: there is none, and columns stand by their place. */
static inline void judging_open(struct judging *judging, const char *profile, const char *header)
{
    struct trouble trouble = { .text = "" };
    enum err err;

    judging->number = 7;
    if (ARENA_GUARD(&judging->arena)) {
        assert(false);      /* memory ran out */
    }
    err = profile_parse(text_of(profile), "profile", &judging->arena, &judging->profile, &trouble);
    if (err == OK)
        err = profile_suits(&judging->profile, judging->form, "profile", &trouble);
    if (err == OK && header != NULL) {
        char *words = arena_copy(&judging->arena, header, strlen(header));
        judging->header = judged_row(words, arena_take(&judging->arena, JUDGED_CELLS_MAX,
                                                       sizeof(struct cell)), 1);
    }
    if (err == OK)
        err = profile_bind(&judging->profile, header == NULL ? NULL : &judging->header, "profile",
                           &trouble);
    if (err != OK)
        (void)fprintf(stderr, "%s\n", trouble.text);
    assert(err == OK);
    judging->rules = (struct row_rules){
        .profile = &judging->profile,
        .form = judging->form,
        .header = header == NULL ? NULL : &judging->header,
        .cells = judging->header.count,
        .fewer_refused = !judging->fewer_passes,
        .file = text_of("june.csv"),
        .sent_back = judging->sent_back,
    };
    bool parsed = date_pattern_parse(text_of("yyyy-mm-dd"), &judging->rules.iso);
    assert(parsed);
}

/* -- saying it ----------------------------------------------------------------------------- */

static inline void judging_put(struct judging *judging, struct text text)
{
    size_t used = strlen(judging->said);

    assert(used + text.size < JUDGED_TEXT_MAX);
    memcpy(judging->said + used, text.data, text.size);
    judging->said[used + text.size] = '\0';
}

static inline void judging_put_line(struct judging *judging)
{
    const struct form_table *form = &form_table[judging->form];
    struct text part[DESCRIPTION_PARTS_MAX];

    for (size_t i = 0; i < form->count; i++) {
        enum target field = form->field[i].field;
        bool joined = target_kind(field) == KIND_TEXT &&
                      judging->profile.field[field].origin == ORIGIN_COLUMN;
        size_t parts = joined ? row_description(&judging->rules, &judging->row, part,
                                                DESCRIPTION_PARTS_MAX) : 0;

        judging_put(judging, text_of(i == 0 ? "" : ","));
        for (size_t j = 0; j < parts; j++)
            judging_put(judging, part[j]);
        if (!joined)
            judging_put(judging, judging->verdict.word[i]);
    }
}

static inline void judging_put_amount(struct judging *judging)
{
    char text[DECIMAL_TEXT_MAX];

    if (!form_has_amount(judging->form))
        return;
    judging_put(judging, text_of(", "));
    if (judging->verdict.amount.readable) {
        (void)decimal_print(judging->verdict.amount.exact, 2, text);
        judging_put(judging, text_of(text));
    } else {
        judging_put(judging, text_of(judging->verdict.amount_blank ? "blank" : "?"));
    }
}

/* The verdict on a row; good until the next one. */
static inline const char *judging_say(struct judging *judging, const char *words)
{
    const struct row_verdict *verdict = &judging->verdict;
    size_t size = strlen(words);

    assert(size < sizeof judging->bytes);
    memcpy(judging->bytes, words, size + 1);
    judging->row = judged_row(judging->bytes, judging->cell, judging->number);
    judging->said[0] = '\0';
    memset(&judging->verdict, 0xA5, sizeof judging->verdict);
    row_judge(&judging->rules, &judging->row, &judging->verdict);
    switch (verdict->outcome) {
    case OUTCOME_ACCEPTED:
        judging_put_line(judging);
        break;
    case OUTCOME_LEFT_OUT:
        judging_put(judging, text_of("left out by "));
        judging_put(judging, text_of(left_out_name(&judging->arena, verdict->left_out)));
        judging_put_amount(judging);
        break;
    case OUTCOME_REFUSED:
        judging_put(judging, text_of("refused "));
        judging_put(judging, text_of(reason_name(verdict->reason)));
        if (verdict->at_field) {
            judging_put(judging, text_of(" for "));
            judging_put(judging, text_of(target_name(verdict->field)));
        }
        judging_put_amount(judging);
        break;
    }
    return judging->said;
}

#endif
