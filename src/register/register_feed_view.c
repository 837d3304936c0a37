/* register/register_feed_view.c -- a register's list as an Atom feed (RFC 4287): what was changed
 * last comes first. It is written as HTML is, whose writer escapes as XML wants it; only elements
 * that are ended are used. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "register/register_view.h"
#include "trail/trail_time.h"

#define FEED_ENTRIES_MOST 100

/* A number for ever and everywhere: of the store and of what it names in it. (RFC 9562, version 8.)
 */
static enum err urn_of(struct request *request, struct text store, const char *what,
                       struct text of, struct text *urn)
{
    const struct text named = text_of(arena_print(request->arena, "ochil feed 1\n%.*s\n%s\n%.*s",
                                                  TEXT(store), what, TEXT(of)));
    struct sha256_sum sum;
    char hex[SHA256_HEX_SIZE];
    const enum err err = sha256_of(named.data, named.size, &sum, request->trouble);

    if (err != OK)
        return err;
    sha256_hex(&sum, hex);
    *urn = text_of(arena_print(request->arena, "urn:uuid:%.8s-%.4s-8%.3s-a%.3s-%.12s", hex,
                               hex + 8, hex + 12, hex + 15, hex + 18));
    return OK;
}

/* XML has no U+FFFE and no U+FFFF; people may have typed them. */
static void xml_text(struct request *request, struct html *h, struct text text)
{
    char *bytes = arena_copy(request->arena, text.data, text.size);

    for (size_t i = 0; i + 3 <= text.size; i++)
        if (memcmp(bytes + i, "\xEF\xBF", 2) == 0 && (unsigned char)bytes[i + 2] >= 0xBE)
            bytes[i + 2] = '\xBD';
    html_text(h, (struct text){ bytes, text.size });
}

static void moment(struct html *h, struct moment moment)
{
    char iso[TRAIL_TIME_SIZE];

    trail_time_print(moment.ms, iso);
    html_text(h, text_of(iso));
}

static void feed_link(struct html *h, const char *rel, const char *type, struct url url)
{
    El(h, "link") {
        Attr(h, "rel", text_of(rel));
        Attr(h, "type", text_of(type));
        Href(h, "href", url);
    }
}

/* "State: open", a line for each column behind number and title that has something. */
static void summary(struct request *request, struct html *h, const struct register_list *list,
                    const struct entry *entry)
{
    El(h, "summary") for (size_t i = 1; i < list->columns; i++) {
        const struct register_column *column = &list->column[i];
        const struct register_cell cell = entry_cell(list->type, entry, column);

        const bool title = column->source == SOURCE_FIELD && column->place == 0;

        if (title || (cell.kind == CELL_IS_WORDS && cell.text.size == 0))
            continue;
        html_text(h, text_of(column->label));
        Lit(h, ": ");
        if (cell.kind == CELL_IS_NUMBER)
            html_int(h, cell.number);
        else
            xml_text(request, h, cell.text);
        Lit(h, "\n");
    }
}

static enum err feed_entry(struct request *request, struct html *h,
                           const struct register_list *list, struct text store,
                           const struct entry *entry)
{
    const struct register_type *type = list->type;
    struct text urn;
    const enum err err = urn_of(request, store, type->one, entry->reference, &urn);

    if (err != OK)
        return err;
    El(h, "entry") {
        El(h, "id") html_text(h, urn);
        El(h, "title") xml_text(request, h, text_of(arena_print(
            request->arena, "%.*s: %.*s", TEXT(entry->reference), TEXT(entry->field[0]))));
        El(h, "published") moment(h, entry->made_at);
        El(h, "updated") moment(h, entry->changed_at);
        El(h, "author") El(h, "name") xml_text(request, h, page_council(request, entry->council));
        El(h, "category") Attr(h, "term", text_of(type->states[entry->state]));
        feed_link(h, "alternate", "text/html", url_segment(request->arena,
                                                           register_url(type, request->arena),
                                                           entry->reference));
        summary(request, h, list, entry);
    }
    return OK;
}

/* By their last change, the newest first; of one moment, by number. */
static int compare_changed(const void *one, const void *other, void *context)
{
    const struct entry *a = one, *b = other;

    (void)context;
    if (a->changed_at.ms != b->changed_at.ms)
        return a->changed_at.ms < b->changed_at.ms ? 1 : -1;
    return text_compare(a->reference, b->reference);
}

/* What addresses in the feed begin with. */
static const char *origin_of(struct request *request)
{
    const struct text host = http_header(request->http, "host");

    return request->site->origin != NULL ? request->site->origin
                                         : arena_print(request->arena, "http://%.*s", TEXT(host));
}

static enum err feed_head(struct request *request, struct html *h,
                          const struct register_list *list, struct text store)
{
    const struct entries *found = &list->found;
    const struct text council = page_council(request, request->actor.acting);
    struct text urn;
    const enum err err = urn_of(request, store, "feed", text_of(arena_print(
        request->arena, "%.*s\n%.*s", TEXT(council), TEXT(list->url.text))), &urn);

    if (err != OK)
        return err;
    El(h, "id") html_text(h, urn);
    El(h, "title") xml_text(request, h, text_of(arena_print(
        request->arena, "%s, %.*s", word_shown(request->arena, text_of(list->type->many)).data,
        TEXT(council))));
    El(h, "updated") moment(h, found->count > 0 ? found->entry[0].changed_at
                                                : request->happening.now);
    feed_link(h, "self", ATOM_TYPE, (struct url){ request->http->target });
    feed_link(h, "alternate", "text/html", list->url);
    El(h, "generator") {
        Attr(h, "version", text_of(OCHIL_VERSION));
        Lit(h, "Ochil");
    }
    return OK;
}

enum err register_list_atom(struct request *request, struct register_list *list, struct text store)
{
    struct html *h = html_open(request->arena);
    enum err err = OK;

    if (list->found.count > 1)
        qsort_r(list->found.entry, list->found.count, sizeof *list->found.entry, compare_changed,
                NULL);
    El(h, "feed") {
        LitAttr(h, "xmlns", "http://www.w3.org/2005/Atom");
        LitAttr(h, "xml:lang", "en-GB");
        Attr(h, "xml:base", text_of(origin_of(request)));
        err = feed_head(request, h, list, store);
        for (size_t i = 0; err == OK && i < list->found.count && i < FEED_ENTRIES_MOST; i++)
            err = feed_entry(request, h, list, store, &list->found.entry[i]);
    }
    if (err == OK && !html_ok(h))
        return fail(request->trouble, ERR_BUG, "the feed of %s is not well formed",
                    list->type->many);
    return err != OK ? err : answer_bytes(request, 200, ATOM_TYPE "; charset=utf-8",
                                          html_bytes(h));
}
