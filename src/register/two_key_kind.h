/*
 * register/two_key_kind.h -- what two keys can be turned for: a kind of proposal is a declaration.
 *
 *     const struct two_key_kind data_sharing_kind = {
 *         .name = "data-sharing", .title = "Data-sharing agreement", ...
 *         .prepare = MAY_PREPARE_SHARING, .agree = MAY_AGREE_SHARING,
 *         .fields = fields,
 *     };
 *
 * A line in site_kinds (server/serve_action.c) and one in docs/policy.txt, and there are its list,
 * form, page, history and calls (two_key_pages.c). What rests on an agreement asks for it with
 * two_key_ask() (two_key_store.h): subject, councils, day.
 *
 * What is proposed is a text for each field, kept as a flat object of JSON. Whether it is fit is
 * asked when a draft is written; a kind that knows more than lengths has `judge`. Texts stay for
 * ever and are read by both councils: the form says that they name nobody.
 */
#ifndef OCHIL_TWO_KEY_KIND_H
#define OCHIL_TWO_KEY_KIND_H

#include "identity/right.h"
#include "register/two_key_store.h"
#include "store/council.h"
#include "web/form_fields.h"

#define TWO_KEY_FIELDS_MAX 24
#define TWO_KEY_CHOICES_MAX 8

struct two_key_field {
    const char *name;           /* in forms and JSON; not kind, subject, from, effective, overtakes,
                                   revision, which are the form's own */
    const char *label;
    const char *hint;           /* NULL: none */
    bool        long_text;      /* with line ends */
    bool        required;
    size_t      most;           /* bytes */
};

/* A field that is chosen from words; the first may be empty: nothing is chosen. */
struct two_key_choices {
    const char        *field;
    const char *const *word;        /* ends at NULL */
};

/* A draft that is judged. */
struct two_key_judging {
    struct arena          *arena;
    const struct councils *councils;
    struct text            subject;
    struct db_day          effective;
    const struct form     *content;
};

struct request;
struct html;
struct two_key_case;

struct two_key_kind {
    const char                 *name;           /* "data-sharing": of subjects, in the store */
    const char                 *title;          /* "Data-sharing agreement" */
    const char                 *purpose;        /* a sentence or two */
    const char                 *subject;        /* "What is shared": the label of its name */
    const char                 *subject_hint;
    enum right                  prepare;        /* beside MAY_PREPARE_PROPOSAL */
    enum right                  agree;          /* beside MAY_AGREE_PROPOSAL */
    const struct two_key_field *fields;         /* ends at a row without a name */
    const struct two_key_choices *choices;          /* likewise; NULL: none is chosen */
    /* A sentence for the field that is not fit; NULL: all are. NULL itself: lengths are all. */
    const char               *(*judge)(const struct two_key_judging *, size_t *field);
    /* Likewise of the subject's name. */
    const char               *(*judge_subject)(struct text);
    const char                 *evidence;       /* a field that names a kept file, which every
                                                   council reads once it is proposed; NULL: none */
    /* What a new draft begins with besides, as its address says. NULL: nothing. */
    enum err                  (*begin)(struct request *, struct text subject, struct form *content);
    /* In the transaction of the last key: what must be written besides. NULL: nothing, the version
     * is found by whoever asks for it. */
    enum err                  (*effect)(struct tx *, struct arena *, const struct two_key_act *,
                                        const struct two_key_proposal *, struct trouble *);
    /* What its page shows besides: loaded, into `more`; and shown. NULL: nothing. */
    enum err                  (*gather)(struct request *, struct two_key_case *);
    void                      (*show)(struct request *, struct html *,
                                      const struct two_key_case *);
};

/* By name, in a list that ends at NULL; NULL: there is none. */
const struct two_key_kind *two_key_kind_find(const struct two_key_kind *const kinds[],
                                             struct text name);

size_t two_key_kind_fields(const struct two_key_kind *);

#endif
