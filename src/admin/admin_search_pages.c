/* admin/admin_search_pages.c -- the search as a page and as a call. The box is in every page's
 * frame. */
#include "admin/admin_pages.h"
#include "admin/admin_search.h"
#include "web/api_field.h"

static size_t shown_of(const struct search *search, const struct search_group *group)
{
    const size_t most = search->kind.size > 0 ? SEARCH_HITS_MOST : SEARCH_HITS_SHOWN;

    return group->count < most ? group->count : most;
}

/* --- the page --- */

static void hit_item(struct html *h, const struct search_group *group,
                     const struct search_hit *hit)
{
    El(h, "li") {
        El(h, "a") {
            Href(h, "href", hit->url);
            if (group->numbered) {
                html_text(h, hit->id);
                Lit(h, ": ");
            }
            html_text(h, hit->title);
        }
        if (hit->state.size > 0) {
            Lit(h, " (");
            html_text(h, hit->state);
            Lit(h, ")");
        }
    }
}

/* Where all of them are. */
static void group_way(struct request *request, struct html *h, const struct search *search,
                      const struct search_group *group)
{
    struct url url = group->list;

    if (url.text.size == 0 && (group->count <= SEARCH_HITS_SHOWN || search->kind.size > 0))
        return;
    if (url.text.size == 0) {
        url = UrlArg(request->arena, Url("/search"), "q", search->words);
        url = UrlArg(request->arena, url, "kind", text_of(group->kind));
    }
    El(h, "p") El(h, "a") {
        Href(h, "href", url);
        page_say(request, h, group->list.text.size > 0 ? WORD_SEARCH_LIST : WORD_SEARCH_MORE);
        Lit(h, ": ");
        html_text(h, group->title);
    }
}

static void group_part(struct request *request, struct html *h, const struct search *search,
                       const struct search_group *group)
{
    const size_t shown = shown_of(search, group);

    El(h, "h2") {
        html_text(h, group->title);
        Lit(h, " (");
        html_int(h, (int64_t)group->count);
        Lit(h, ")");
    }
    El(h, "ul") for (size_t i = 0; i < shown; i++)
        hit_item(h, group, &group->hit[i]);
    group_way(request, h, search, group);
}

static void found_part(struct request *request, struct html *h, const struct search *search)
{
    if (search->count == 0) {
        page_empty(h, arena_print(request->arena, "Nothing was found for \u201C%.*s\u201D",
                                  TEXT(search->words)),
                   "Try fewer words, a part of a word, or a number such as CLK-12. What another "
                   "council has not shared, and what your roles do not show, is not found.");
        return;
    }
    El(h, "p") {
        LitAttr(h, "role", "status");
        html_int(h, (int64_t)search->count);
        Lit(h, " ");
        page_say(request, h, WORD_SEARCH_FOUND);
        Lit(h, " \u201C");
        html_text(h, search->words);
        Lit(h, "\u201D");
    }
    for (size_t i = 0; i < search->groups; i++)
        group_part(request, h, search, &search->group[i]);
}

enum err search_show(struct request *request)
{
    struct search search;

    search_read(request, &search);
    const bool none = search_is_short(&search);
    const enum err err = none ? OK : search_run(request, &search);
    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Search");
    if (none)
        page_empty(h, search.words.size == 0 ? "What do you look for?"
                                             : "That is too short to be looked for",
                   "Type a number such as CLK-12, or two characters or more of a title, a text, a "
                   "file's name or a login name, into the box at the top of any page.");
    else
        found_part(request, h, &search);
    return page_end(request, h, 200);
}

/* --- the call --- */

static void key_text(struct json *json, const char *key, struct text value)
{
    json_key(json, key);
    json_text(json, value);
}

static void hit_json(struct json *json, const struct search_group *group,
                     const struct search_hit *hit)
{
    json_object(json);
    json_word(json, "kind", group->kind);
    key_text(json, "id", hit->id);
    key_text(json, "title", hit->title);
    key_text(json, "state", hit->state);
    key_text(json, "page", hit->url.text);
    json_object_end(json);
}

enum err api_search_show(struct request *request)
{
    struct search search;
    struct answer_json out;

    search_read(request, &search);
    if (search_is_short(&search))
        return fail(request->trouble, ERR_USAGE, "q: give two characters or more.");
    const enum err err = search_run(request, &search);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < search.groups; i++)
        for (size_t at = 0; at < shown_of(&search, &search.group[i]); at++)
            hit_json(&out.json, &search.group[i], &search.group[i].hit[at]);
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static const struct api_field search_takes[] = {
    { .name = "q", .type = API_LINE, .required = true, .help = "Words, or a number" },
    { .name = "kind", .type = API_LINE,
      .help = "Only these: risk, action, obligation, policy, query, initiative, "
              "memorandum, fund, proposal, evidence, person" },
    { 0 },
};
static const struct api_field search_gives[] = {
    { .name = "kind", .type = API_LINE, .required = true, .brief = true, .help = "What it is" },
    { .name = "id", .type = API_LINE, .required = true, .brief = true,
      .help = "Its number, as its own calls have it" },
    { .name = "title", .type = API_LINE, .required = true, .brief = true, .help = "Its title" },
    { .name = "state", .type = API_LINE, .required = true, .brief = true,
      .help = "Where it is in its life, if it has one" },
    { .name = "page", .type = API_LINE, .required = true, .help = "Its page's path" },
    { 0 },
};
const struct api_call search_call = { .answer = API_LIST, .takes = search_takes,
                                      .gives = search_gives };
