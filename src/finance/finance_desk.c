#include "finance/finance_pages.h"

struct finding {
    struct request *request;
    struct councils councils;
};

static enum err read_councils(struct tx *tx, void *context, struct trouble *trouble)
{
    struct finding *finding = context;

    return councils_read(tx, finding->request->arena, &finding->councils, trouble);
}

enum err money_council(struct request *request, struct council *out)
{
    const struct db_scope scope = { request->actor.acting, request->arena };
    struct finding finding = { .request = request };
    enum err err = request->tx != NULL
        ? read_councils(request->tx, &finding, request->trouble)
        : db_read(request->site->db, scope, read_councils, &finding, request->trouble);

    if (err != OK)
        return err;
    for (size_t i = 0; i < finding.councils.count; i++)
        if (finding.councils.council[i].id == request->actor.acting) {
            *out = finding.councils.council[i];
            return OK;
        }
    return fail(request->trouble, ERR_BUG, "the acting council is none");
}

enum err money_desk(struct request *request, struct extract_desk *out)
{
    struct council council = { .id = 0 };
    enum err err = money_council(request, &council);

    if (err != OK)
        return err;
    *out = (struct extract_desk){
        .db = request->site->db, .outside = request->site->outside,
        .clock = request->site->clock,
        .council = { council.id, council.code,
                     keyring_master(request->site->keyring, council.code) },
        .actor = text_of(request->actor.login), .request = request->happening.request,
        .spool = request->site->spool,
    };
    return out->council.master != NULL
               ? OK : fail(request->trouble, ERR_BUG, "the server has no key of council %.*s",
                           TEXT(council.code));
}

const char *period_title(struct arena *arena, struct text year, int index)
{
    return arena_print(arena, "%.*s/P%02d", TEXT(year), index + 1);
}

const char *month_name(int index)
{
    static const char *const names[PERIODS] = {
        "April", "May", "June", "July", "August", "September", "October", "November", "December",
        "January", "February", "March", "Final accounts",
    };

    return names[index];
}

int month_index(struct text word)
{
    const int number = word.size == 3 && word.data[0] == 'P' && text_digits(word, 1) == 2
                           ? (word.data[1] - '0') * 10 + word.data[2] - '0' : 0;

    return number >= 1 && number <= PERIODS ? number - 1 : -1;
}

void money_hidden(struct html *h, const char *name, struct text value)
{
    Void(h, "input");
    LitAttr(h, "type", "hidden");
    Attr(h, "name", text_of(name));
    Attr(h, "value", value);
}

int64_t money_number(struct text text)
{
    return text.size >= 1 && text.size <= 18 && text_digits(text, 0) == text.size
               ? route_number(text) : 0;
}

struct text money_council_code(const struct request *request, int64_t council)
{
    for (size_t i = 0; i < request->councils.count; i++)
        if (request->councils.council[i].id == council)
            return request->councils.council[i].code;
    return text_of("");
}

const char *money_line_said(struct arena *arena, const char *said, const char *file)
{
    const size_t size = strlen(file);
    const char *rest = strncmp(said, file, size) == 0 ? said + size : said;

    if (rest == said || *rest < '0' || *rest > '9')
        return arena_print(arena, "%s", rest + (*rest == ' '));
    return arena_print(arena, "Line %s", rest);
}
