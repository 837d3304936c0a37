#include "store/sql_text.h"

#include <ctype.h>
#include <strings.h>

const char *sql_fault_text(enum sql_fault fault)
{
    switch (fault) {
    case SQL_FINE: return "nothing is wrong";
    case SQL_BARE_PARAMETER: return "a parameter is written ? without its number";
    case SQL_PARAMETER_NUMBER: return "a parameter's number is not between 1 and 64";
    case SQL_DOLLAR_PARAMETER: return "a parameter is written $1 instead of ?1";
    case SQL_NAMED_PARAMETER: return "a parameter has a name, or a cast is written ::";
    case SQL_UNKNOWN_TOKEN: return "a type begins with @ and is none of the known ones";
    case SQL_NOT_AN_INSERT: return "not INSERT INTO t (a, b) VALUES (?1, ?2)";
    }
    return "an unknown fault";
}

static char at_or_nul(struct text sql, size_t at)
{
    if (at >= sql.size)
        return '\0';
    return sql.data[at];
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Behind what `mark` closes, a doubled mark standing for itself. */
static size_t quoted_end(struct text sql, size_t at, char mark)
{
    for (at++; at < sql.size; at++) {
        if (sql.data[at] != mark)
            continue;
        if (at_or_nul(sql, at + 1) != mark)
            return at + 1;
        at++;
    }
    return sql.size;
}

static size_t line_end(struct text sql, size_t at)
{
    while (at < sql.size && sql.data[at] != '\n')
        at++;
    return at;
}

static size_t block_comment_end(struct text sql, size_t at)
{
    for (at += 2; at + 1 < sql.size; at++) {
        if (sql.data[at] == '*' && sql.data[at + 1] == '/')
            return at + 2;
    }
    return sql.size;
}

/* Behind $tag$ ... $tag$; `at` itself when it is no dollar quote. */
static size_t dollar_end(struct text sql, size_t at)
{
    size_t tag = at + 1;

    if (isdigit((unsigned char)at_or_nul(sql, tag)))
        return at;
    while (is_word(at_or_nul(sql, tag)))
        tag++;
    if (at_or_nul(sql, tag) != '$')
        return at;
    const size_t size = tag + 1 - at;
    for (size_t end = tag + 1; end + size <= sql.size; end++) {
        if (memcmp(sql.data + end, sql.data + at, size) == 0)
            return end + size;
    }
    return sql.size;
}

static size_t comment_end(struct text sql, size_t at)
{
    if (sql.data[at] == '-' && at_or_nul(sql, at + 1) == '-')
        return line_end(sql, at);
    if (sql.data[at] == '/' && at_or_nul(sql, at + 1) == '*')
        return block_comment_end(sql, at);
    return at;
}

/* Behind the string, quoted name, comment or dollar quote that begins here; `at` if none does. */
static size_t opaque_end(struct text sql, size_t at)
{
    switch (sql.data[at]) {
    case '\'':
    case '"': return quoted_end(sql, at, sql.data[at]);
    case '$': return dollar_end(sql, at);
    default: return comment_end(sql, at);
    }
}

/* The number behind ?; 0 if it is none, or not one that is allowed. */
static int parameter_number(struct text sql, size_t at, size_t *end)
{
    int number = 0;

    for (*end = at + 1; isdigit((unsigned char)at_or_nul(sql, *end)); (*end)++) {
        int digit = sql.data[*end] - '0';
        if (number > SQL_PARAMETERS_MAX || (number == 0 && digit == 0))
            return 0;
        number = number * 10 + digit;
    }
    return number <= SQL_PARAMETERS_MAX ? number : 0;
}

/* What one character outside of strings and comments says; `*end` is behind it. */
static enum sql_fault judge_character(struct text sql, size_t at, size_t *end, int *count)
{
    const char next = at_or_nul(sql, at + 1);
    int number;

    *end = at + 1;
    switch (sql.data[at]) {
    case '?':
        if (!isdigit((unsigned char)next))
            return SQL_BARE_PARAMETER;
        number = parameter_number(sql, at, end);
        if (number == 0)
            return SQL_PARAMETER_NUMBER;
        *count = number > *count ? number : *count;
        return SQL_FINE;
    case '$': return SQL_DOLLAR_PARAMETER;
    case ':': return SQL_NAMED_PARAMETER;
    case '@': return is_word(next) ? SQL_NAMED_PARAMETER : SQL_FINE;
    default: return SQL_FINE;
    }
}

enum sql_fault sql_parameters(struct text sql, int *count)
{
    enum sql_fault fault = SQL_FINE;
    size_t end;

    *count = 0;
    for (size_t at = 0; at < sql.size && fault == SQL_FINE; at = end) {
        end = opaque_end(sql, at);
        if (end == at)
            fault = judge_character(sql, at, &end, count);
    }
    return fault;
}

const char *sql_for_postgres(struct arena *arena, struct text sql)
{
    char *out = arena_copy(arena, sql.data, sql.size);
    size_t end;

    for (size_t at = 0; at < sql.size; at = end) {
        end = opaque_end(sql, at);
        if (end != at)
            continue;
        end = at + 1;
        if (sql.data[at] == '?')
            out[at] = '$';
    }
    return out;
}

/* The first thing at or behind `at` that is neither blank nor comment. */
static size_t past_blanks(struct text sql, size_t at)
{
    while (at < sql.size) {
        size_t end = isspace((unsigned char)sql.data[at]) ? at + 1 : comment_end(sql, at);
        if (end == at)
            break;
        at = end;
    }
    return at;
}

/* Behind the word that stands next, whatever its case; `at` itself if it is another one. */
static size_t past_word(struct text sql, size_t at, const char *word)
{
    const size_t begins = past_blanks(sql, at);
    const size_t size = strlen(word);

    if (begins + size > sql.size || strncasecmp(sql.data + begins, word, size) != 0 ||
        is_word(at_or_nul(sql, begins + size)))
        return at;
    return begins + size;
}

static bool begins_with(struct text sql, const char *first, const char *second)
{
    size_t at = past_word(sql, 0, first);

    return at != 0 && past_word(sql, at, second) != at;
}

bool sql_next_statement(struct text *rest, struct text *statement)
{
    const struct text sql = *rest;
    const size_t begin = past_blanks(sql, 0);
    const bool trigger = begins_with(sql, "CREATE", "TRIGGER");
    bool in_body = false;
    size_t at = begin;
    size_t end;

    if (begin == sql.size)
        return false;
    for (; at < sql.size; at = end) {
        end = opaque_end(sql, at);
        if (end != at)
            continue;
        end = at + 1;
        if (trigger && !is_word(at_or_nul(sql, at - 1)) && past_word(sql, at, "BEGIN") != at)
            in_body = true;
        if (sql.data[at] != ';')
            continue;
        if (!in_body)
            break;
        size_t last = past_word(sql, end, "END");
        if (last != end) {
            at = past_blanks(sql, last);
            break;
        }
    }
    *statement = (struct text){ sql.data, at < sql.size ? at : sql.size };
    const size_t used = at < sql.size ? at + 1 : sql.size;
    *rest = (struct text){ sql.data + used, sql.size - used };
    return true;
}

bool sql_is_for(struct text statement, enum db_engine engine)
{
    static const char sqlite[] = "-- only: sqlite";
    static const char postgres[] = "-- only: postgres";
    const size_t code = past_blanks(statement, 0);

    for (size_t at = 0; at < code; at = line_end(statement, at) + 1) {
        struct text line = { statement.data + at, line_end(statement, at) - at };
        if (text_is(line, sqlite))
            return engine == DB_SQLITE;
        if (text_is(line, postgres))
            return engine == DB_POSTGRES;
    }
    return true;
}

static const struct token {
    const char *name;
    const char *sqlite;         /* %1 the column */
    const char *postgres;
} tokens[] = {
    { "@int64", "INTEGER", "BIGINT" },
    { "@id", "INTEGER PRIMARY KEY", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY" },
    { "@bool", "INTEGER CONSTRAINT %1_bool CHECK (%1 IN (0, 1))", "BOOLEAN" },
    { "@date", "TEXT CONSTRAINT %1_date CHECK (%1 IS date(%1, '+0 days'))", "DATE" },
    { "@blob", "BLOB", "BYTEA" },
};

/* Text that grows in an arena. */
struct made {
    struct arena *arena;
    char         *bytes;
    size_t        size;
    size_t        room;
};

static void make(struct made *made, struct text more)
{
    if (made->bytes == NULL || made->room - made->size < more.size + 1) {
        size_t room = (made->room + more.size + 1) * 2;
        made->bytes = arena_grow(made->arena, made->bytes, made->size, room, 1);
        made->room = room;
    }
    if (more.size > 0)
        memcpy(made->bytes + made->size, more.data, more.size);
    made->size += more.size;
    made->bytes[made->size] = '\0';
}

static void make_type(struct made *made, const char *type, struct text column)
{
    const char *place;

    while ((place = strstr(type, "%1")) != NULL) {
        make(made, (struct text){ type, (size_t)(place - type) });
        make(made, column);
        type = place + 2;
    }
    make(made, text_of(type));
}

static const struct token *token_of(struct text word)
{
    for (size_t i = 0; i < COUNT(tokens); i++) {
        if (text_is(word, tokens[i].name))
            return &tokens[i];
    }
    return NULL;
}

/* A word or @token, or else one character. */
static struct text word_at(struct text sql, size_t at)
{
    const bool begins = sql.data[at] == '@' || is_word(sql.data[at]);
    size_t end = at + 1;

    while (begins && is_word(at_or_nul(sql, end)))
        end++;
    return (struct text){ sql.data + at, end - at };
}

enum sql_fault sql_ddl(struct arena *arena, struct text statement, enum db_engine engine,
                       const char **out)
{
    struct made made = { .arena = arena };
    struct text column = { "", 0 };
    struct text piece;

    for (size_t at = past_blanks(statement, 0); at < statement.size; at += piece.size) {
        piece = (struct text){ statement.data + at, opaque_end(statement, at) - at };
        if (piece.size == 0)
            piece = word_at(statement, at);
        if (piece.data[0] == '@') {
            const struct token *token = token_of(piece);
            if (token == NULL)
                return SQL_UNKNOWN_TOKEN;
            make_type(&made, engine == DB_SQLITE ? token->sqlite : token->postgres, column);
            continue;
        }
        if (is_word(piece.data[0]))
            column = piece;
        make(&made, piece);
    }
    if (engine == DB_SQLITE && begins_with(statement, "CREATE", "TABLE"))
        make(&made, text_of(" STRICT"));
    *out = made.bytes;
    return SQL_FINE;
}

/* Behind the ) that closes a list of names; `*columns` says how many. 0: not a list of names. */
static size_t names_end(struct text sql, size_t at, int *columns)
{
    *columns = 0;
    do {
        at = past_blanks(sql, at + 1);
        size_t name = at;
        while (is_word(at_or_nul(sql, at)))
            at++;
        if (at == name)
            return 0;
        ++*columns;
        at = past_blanks(sql, at);
    } while (at_or_nul(sql, at) == ',');
    return at_or_nul(sql, at) == ')' ? at + 1 : 0;
}

/* Is this (?1, ?2, ... ?count) and nothing more? */
static bool values_in_order(struct text sql, size_t at, int count)
{
    char open = '(';

    for (int number = 1; number <= count; number++, open = ',') {
        size_t end;
        at = past_blanks(sql, at);
        if (at_or_nul(sql, at) != open)
            return false;
        at = past_blanks(sql, at + 1);
        if (at_or_nul(sql, at) != '?' || parameter_number(sql, at, &end) != number)
            return false;
        at = end;
    }
    at = past_blanks(sql, at);
    return at_or_nul(sql, at) == ')' && past_blanks(sql, at + 1) == sql.size;
}

enum sql_fault sql_copy(struct arena *arena, struct text insert, const char **out, int *columns)
{
    if (!begins_with(insert, "INSERT", "INTO"))
        return SQL_NOT_AN_INSERT;
    const size_t into = past_word(insert, past_word(insert, 0, "INSERT"), "INTO");
    const size_t table = past_blanks(insert, into);
    size_t at = table;
    while (is_word(at_or_nul(insert, at)))
        at++;
    const size_t open = past_blanks(insert, at);
    if (at == table || at_or_nul(insert, open) != '(')
        return SQL_NOT_AN_INSERT;
    const size_t end = names_end(insert, open, columns);
    const size_t values = end == 0 ? 0 : past_word(insert, end, "VALUES");
    if (values == end || !values_in_order(insert, values, *columns))
        return SQL_NOT_AN_INSERT;
    *out = arena_print(arena, "COPY %.*s FROM STDIN (FORMAT binary)", (int)(end - table),
                       insert.data + table);
    return SQL_FINE;
}
