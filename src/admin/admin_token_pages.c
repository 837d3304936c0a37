#include "admin/admin_pages.h"

#include "identity/api_token.h"

enum { NAME, ENDS, FIELDS };

#define DAY_MS INT64_C(86400000)

struct token_form {
    struct field     field[FIELDS];
    struct api_token token;
};

static void fill(const struct request *request, struct token_form *form)
{
    *form = (struct token_form){ .field = {
        [NAME] = { "name", "What it is for", "Your own word for it: \"month end script\".", "text",
                   "off", request_field(request, "name"), NULL },
        [ENDS] = { "ends", "Last day", "At most a year from today.", "date", "off",
                   request_field(request, "ends"), NULL },
    } };
}

/* Is it a day from today to a year on? `ends_at` is the end of that day, by UTC. */
static bool read_end(const struct request *request, struct moment *ends_at)
{
    const struct db_day today = day_of(request->happening.now);
    struct db_day day;

    if (!db_day_parse(request_field(request, "ends"), &day) || day.days < today.days ||
        day.days > today.days + TOKEN_DAYS_MOST)
        return false;
    ends_at->ms = (day.days + 1) * DAY_MS;
    return true;
}

static bool judge(struct request *request, struct token_form *form)
{
    const struct text name = request_field(request, "name");

    if (name.size == 0 || name.size > TOKEN_NAME_MOST)
        form->field[NAME].error = "Say in a few words what it is for.";
    if (!read_end(request, &form->token.ends_at))
        form->field[ENDS].error = "Give a day from today to a year from now.";
    form->token.name = name;
    form->token.may_write = text_is(request_field(request, "write"), "yes");
    return form->field[NAME].error == NULL && form->field[ENDS].error == NULL;
}

/* --- the page --- */

static void row(struct request *request, struct html *h, const struct api_token *token)
{
    const struct url end = url_id(request->arena, Url("/tokens"), token->id);

    El(h, "tr") {
        page_row_head(h, token->name);
        page_cell(h, token->acting);
        El(h, "td") page_tag(h, token->may_write ? TAG_WARNING : TAG_PLAIN,
                             token->may_write ? "Reads and writes" : "Reads");
        /* The last moment of its last day. */
        El(h, "td") page_moment(h, (struct moment){ token->ends_at.ms - 1 });
        El(h, "td") Form(request, h, url_segment(request->arena, end, text_of("end")))
            page_button(h, "End it");
    }
}

static void table(struct request *request, struct html *h, const struct api_tokens *tokens)
{
    static const struct column columns[] = {
        { "For", COLUMN_WORDS },   { "Acting for", COLUMN_WORDS }, { "What it may", COLUMN_WORDS },
        { "Until", COLUMN_WORDS }, { "End", COLUMN_WORDS },
    };

    if (tokens->count == 0) {
        page_empty(h, "You have no token yet.",
                   "A program that fetches or sends something by itself needs one. Make it below.");
        return;
    }
    Table(h, "Your tokens", columns)
        for (size_t i = 0; i < tokens->count; i++)
            row(request, h, &tokens->token[i]);
}

static void form_part(struct request *request, struct html *h, const struct token_form *form)
{
    El(h, "h2") Lit(h, "Make a token");
    El(h, "p") {
        Lit(h, "It acts as you, for ");
        html_text(h, admin_council_name(request, request->actor.acting));
        Lit(h, ", with the roles you have there on the day.");
    }
    Form(request, h, Url("/tokens")) {
        for (size_t i = 0; i < FIELDS; i++)
            page_field(h, &form->field[i]);
        page_tick(h, "write", "It may change things, too", form->token.may_write);
        page_button(h, "Make it");
    }
}

/* `made`: the token that was made just now, shown this once; or NULL. */
static enum err show(struct request *request, const struct token_form *form,
                     const struct secret *made, int status)
{
    struct api_tokens tokens;
    struct html *h = page_begin(request, "Tokens for programs");
    enum err err = token_list(request->tx, request->arena, request->happening.now,
                              &request->actor, &tokens, request->trouble);

    if (err != OK)
        return err;
    page_errors(request, h, form->field, FIELDS);
    if (made != NULL) {
        El(h, "p") Lit(h, "This is the token. Copy it now: it is not shown again.");
        El(h, "p") {
            LitAttr(h, "class", "secret");
            Lit(h, SECRET_TOKEN_MARK);
            html_text(h, text_of(made->text));
        }
    }
    table(request, h, &tokens);
    form_part(request, h, form);
    return page_end(request, h, status);
}

enum err tokens_show(struct request *request)
{
    struct token_form form;

    fill(request, &form);
    return show(request, &form, NULL, 200);
}

enum err token_create(struct request *request)
{
    struct token_form form;
    struct secret secret;

    fill(request, &form);
    if (!judge(request, &form))
        return show(request, &form, NULL, 422);
    enum err err = token_make(request->tx, &request->happening, &request->actor, &form.token,
                              &secret, request->trouble);
    if (err != OK)
        return err;
    fill(request, &form);
    form.field[NAME].value = form.field[ENDS].value = (struct text){ "", 0 };
    return show(request, &form, &secret, 201);
}

enum err token_revoke(struct request *request)
{
    enum err err = token_end(request->tx, &request->happening, &request->actor,
                             request_number(request, "token"), request->trouble);

    return err != OK ? err : answer_done(request, Url("/tokens"),
                                          WORD_DONE_TOKEN_ENDED);
}
