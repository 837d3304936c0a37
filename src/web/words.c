#include "web/words.h"

#include <assert.h>

static const struct {
    const char *name, *english, *gaelic;
} words[WORDS] = {
#define WORD_ROW(name, english, gaelic) [WORD_##name] = { #name, english, gaelic },
    WORD_LIST(WORD_ROW)
#undef WORD_ROW
};

const char *language_code(enum language language)
{
    return language == GAELIC ? "gd" : "en-GB";
}

const char *word_in(enum word word, enum language language, enum language *is)
{
    assert(word < WORDS);
    *is = language == GAELIC && words[word].gaelic != NULL ? GAELIC : ENGLISH;
    return *is == GAELIC ? words[word].gaelic : words[word].english;
}

const char *phrase_in(struct text english, enum language language)
{
    for (enum word word = 0; language == GAELIC && word < WORDS; word++)
        if (words[word].gaelic != NULL && text_is(english, words[word].english))
            return words[word].gaelic;
    return NULL;
}

const char *word_name(enum word word)
{
    assert(word < WORDS);
    return words[word].name;
}

bool word_find(struct text name, enum word *out)
{
    for (enum word word = 0; word < WORDS; word++)
        if (text_is(name, words[word].name)) {
            *out = word;
            return true;
        }
    return false;
}
