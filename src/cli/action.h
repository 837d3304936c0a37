/*
 * cli/action.h -- the action table: everything a person or a program can ask of Ochil.
 *
 * A row (`struct action`) is plain const data: the words, the handler, the arguments and
 * options, the help, the examples and the exit codes. From the rows the program takes its
 * parsing, `ochil help`, the manual pages and the completion scripts, so none of them can say
 * something else than another. Rows are grouped into features; src/app/features.c lists those.
 *
 * The last fields of a row (method, route, right, scope) belong to the server, which shows the
 * same rows as pages and calls. The slim program does not read them: they may stay zero.
 *
 * Read next: command.h (a row with what was typed), help.h (a row as text), then any
 * *_table.c.
 */
#ifndef OCHIL_CLI_ACTION_H
#define OCHIL_CLI_ACTION_H

#include "base/base.h"

struct api_call;
struct command;
struct register_type;
struct request;

#define ACTION_ARGUMENTS_MAX 3
#define ACTION_EXAMPLES_MAX 4
#define ACTION_EXITS_MAX 8

/* What a value is: the parser tests numbers, the completion scripts offer files, folders
 * and verbs. */
enum value_kind { VALUE_WORD, VALUE_NUMBER, VALUE_FILE, VALUE_FOLDER, VALUE_VERB };

struct option {
    const char        *name;        /* "out": written --out */
    char               letter;      /* 'o': written -o; 0 for none */
    const char        *value;       /* "DIR", as help names it; NULL for an option without one */
    enum value_kind    kind;
    const char *const *choices;     /* the only values allowed, ended by NULL; NULL for any */
    bool               repeatable;
    bool               required;
    const char        *help;
};

struct argument {
    const char        *name;        /* "FOLDER"; NULL behind the last */
    enum value_kind    kind;
    const char *const *choices;
    bool               optional;
    bool               repeatable;  /* the last one only: takes all words that are left */
    const char        *help;
};

struct example {
    const char *line;               /* "ochil close 2014-15 --out bill" */
    const char *meaning;
};

enum action_method { ACTION_NO_ROUTE, ACTION_GET, ACTION_POST, ACTION_PUT, ACTION_DELETE };

struct action {
    const char          *verb;          /* "close", or two words: "period lock" */
    enum err           (*run)(struct command *);
    const char          *summary;       /* one line, no full stop */
    const char          *description;   /* paragraphs with a blank line between them */
    struct argument      argument[ACTION_ARGUMENTS_MAX + 1];
    const struct option *options;       /* ends at a row without a name; may be NULL */
    const struct option *shared;        /* those it has in common with other verbs; the same */
    struct example       example[ACTION_EXAMPLES_MAX + 1];   /* at least two */
    enum err             exits[ACTION_EXITS_MAX + 1];        /* beyond 0, 2 and 70; ends at 0 */
    const char          *see_also;      /* "explain verify": other verbs and topics; may be NULL */

    /* The server's part. */
    enum action_method   method;
    const char          *route;         /* "/agreements/{agreement}" */
    unsigned             right;
    enum err           (*scope)(struct request *);
    enum err           (*prepare)(struct request *);    /* slow work, outside any transaction */
    enum err           (*respond)(struct request *);
    bool                 for_all;       /* a role for one service does not reach it */
    bool                 of_all;        /* of MAY_OWN: not one's own, but the same for everybody */
    const struct register_type *of;         /* whose entries it is about; NULL: no register's */
    uint64_t             upload_most;   /* bytes of a file that is sent; 0: a form, or nothing */
    const struct api_call *call;        /* of a row of the API: web/api_field.h */
    const char          *form;          /* of a POST: the route of the page with its form, where
                                           it can be gone on with later (web/keep_form.h) */
};

struct feature {
    const char          *name;      /* "settle" */
    const char          *title;     /* "Settling a year", the heading in `ochil help` */
    const struct action *actions;   /* ends at a row without a verb */
};

/* The options that every action takes: --help, --quiet, --verbose. Ends at a row without a
 * name. */
extern const struct option common_options[];

/* The action with exactly this verb, or NULL. */
const struct action *action_find(const struct feature *const features[], const char *verb);

/* Walks the options of an action, its own, the shared and the common ones: start with NULL; NULL
 * at the end. */
const struct option *option_next(const struct action *, const struct option *before);

/* The option of this long name; or NULL. */
const struct option *action_option(const struct action *, const char *name);

/* Walks every action of every feature: start with *feature and *row at 0; NULL at the end. */
const struct action *action_next(const struct feature *const features[], size_t *feature,
                                 size_t *row);

#endif
