/*
 * extract/profile_words.h -- a line of a profile as words, and how its mistakes are told.
 *
 * Words are parted by blanks. One in double quotes is taken as it is, a doubled quote being one;
 * it never means a word of the profile's own language. `#` at the start or behind a blank begins
 * a comment, unless a digit follows behind the key: `column #3`.
 */
#ifndef OCHIL_PROFILE_WORDS_H
#define OCHIL_PROFILE_WORDS_H

#include "base/arena.h"
#include "base/text.h"
#include "base/word.h"

struct condition;
struct column;

/* Where in a profile we are. */
struct profile_place {
    const char     *name;         /* the profile's */
    uint32_t        line;         /* 0: at no line in particular */
    struct arena   *arena;        /* NULL where nothing is to be kept */
    struct trouble *trouble;
};

/* ERR_USAGE with "name:line: " in front. */
__attribute__((format(printf, 2, 3)))
enum err profile_fault(const struct profile_place *, const char *format, ...);

struct profile_word {
    struct text text;         /* without its quotes */
    bool        quoted;
};

struct profile_words {
    struct text          raw;     /* as it stands, without the comment */
    struct profile_word *word;
    size_t               count;
};

/* ERR_USAGE: a quote never closed, or something behind a closing one. */
MUST_USE enum err profile_words_read(const struct profile_place *, struct text,
                                     struct profile_words *);

/* The word is this one of the profile's own language. */
bool word_is(const struct profile_word *, const char *own);

/* ". Did you mean 'column'?" or nothing; in the arena. */
const char *nearest_of(const struct profile_place *, struct text typed,
                       const char *const words[], size_t count);

/* As much of it as a message has room for: whole characters. */
struct text shown_part(struct text);

/* A column by name, or by place if it is `#3` without quotes. */
MUST_USE enum err column_read(const struct profile_place *, const struct profile_word *,
                              struct column *);

/* A condition (condition.c). */
MUST_USE enum err condition_read(const struct profile_place *, const struct profile_words *,
                                 struct condition *);

#endif
