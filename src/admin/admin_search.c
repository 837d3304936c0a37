#include "admin/admin_search.h"

#include "identity/account.h"
#include "identity/role_grant.h"
#include "register/evidence_desk.h"
#include "register/register_view.h"
#include "register/two_key_desk.h"

#define EVIDENCE_AT_ONCE 200

void search_read(const struct request *request, struct search *search)
{
    *search = (struct search){ .words = request_field(request, "q"),
                               .kind = request_field(request, "kind") };
    while (search->words.size > 0 && is_one_of(search->words.data[0], " \r\n\t")) {
        search->words.data++;
        search->words.size--;
    }
    while (search->words.size > 0 &&
           is_one_of(search->words.data[search->words.size - 1], " \r\n\t"))
        search->words.size--;
}

bool search_is_short(const struct search *search)
{
    size_t characters = 0;

    for (size_t i = 0; i < search->words.size; i++)
        characters += ((unsigned char)search->words.data[i] & 0xc0) != 0x80;
    return characters < SEARCH_WORDS_LEAST;
}

/* --- hits --- */

/* Exact, if the words are its name; else by its title and what more there is. SEARCH_RANKS: it has
 * them nowhere. */
static enum search_rank rank_of(const struct search *search, struct text name, struct text title,
                                bool in_text)
{
    if (text_alike(name, search->words))
        return SEARCH_EXACT;
    if (text_holds(title, search->words))
        return SEARCH_TITLE;
    return in_text ? SEARCH_TEXT : SEARCH_RANKS;
}

static void add_hit(struct request *request, struct search_group *group, struct search_hit hit)
{
    const size_t room = group->count;

    if (hit.rank == SEARCH_RANKS)
        return;
    /* Room for as many again when it is full: at powers of two. */
    if ((room & (room - 1)) == 0)
        group->hit = arena_grow(request->arena, group->hit, room, room == 0 ? 1 : 2 * room,
                                sizeof *group->hit);
    group->hit[group->count++] = hit;
}

/* The nearest first; of those alike, as they came. */
static void order_hits(struct request *request, struct search_group *group)
{
    struct search_hit *ordered = arena_take(request->arena, group->count, sizeof *ordered);
    size_t count = 0;

    for (enum search_rank rank = 0; rank < SEARCH_RANKS; rank++)
        for (size_t i = 0; i < group->count; i++)
            if (group->hit[i].rank == rank)
                ordered[count++] = group->hit[i];
    group->hit = ordered;
}

static void add_group(struct request *request, struct search *search, struct search_group *group)
{
    size_t at = search->groups;

    if (group->count == 0)
        return;
    order_hits(request, group);
    search->group = arena_grow(request->arena, search->group, search->groups, search->groups + 1,
                               sizeof *search->group);
    /* Behind those with an exact hit that came before. */
    while (group->hit[0].rank == SEARCH_EXACT && at > 0 &&
           search->group[at - 1].hit[0].rank != SEARCH_EXACT) {
        search->group[at] = search->group[at - 1];
        at--;
    }
    search->group[at] = *group;
    search->groups++;
    search->count += group->count;
}

/* --- registers --- */

static enum err find_entries(struct request *request, const struct register_type *type,
                             struct search *search, struct search_group *group)
{
    const struct url list = register_url(type, request->arena);
    struct register_filter filter;
    struct entries all;
    const struct entry_asker asker = { request->actor.acting, &request->actor, type->may_see };
    const enum err err = entry_list(request->tx, request->arena, type, &asker, ENTRY_WHOLE, &all,
                                    request->trouble);

    register_filter_any(type, &filter);
    filter.words = search->words;
    group->title = word_shown(request->arena, text_of(type->many));
    group->numbered = true;
    group->list = UrlArg(request->arena, list, "q", search->words);
    for (size_t i = 0; err == OK && i < all.count; i++) {
        const struct entry *entry = &all.entry[i];
        add_hit(request, group, (struct search_hit){
            rank_of(search, entry->reference, entry->field[0],
                    entry_matches(type, &filter, entry)),
            entry->reference, entry->field[0], text_of(type->states[entry->state]),
            url_segment(request->arena, list, entry->reference) });
    }
    return err;
}

/* --- what is no register --- */

static bool content_holds(const struct form *content, struct text words)
{
    for (size_t i = 0; i < content->count; i++)
        if (text_holds(content->value[i], words))
            return true;
    return false;
}

static enum err find_proposals(struct request *request, struct search *search,
                               struct search_group *group)
{
    struct two_key_seen all;
    const enum err err = two_key_see(request, text_of(""), &all);

    for (size_t i = 0; err == OK && i < all.count; i++) {
        const struct two_key_proposal *proposal = &all.proposal[i];
        const struct two_key_kind *kind = two_key_kind_find(request->site->kinds, proposal->kind);
        if (kind == NULL)
            continue;
        const struct form content = two_key_content(request->arena, proposal->payload);
        const struct text title = text_of(arena_print(request->arena, "%s: %.*s", kind->title,
                                                      TEXT(proposal->subject)));
        add_hit(request, group, (struct search_hit){
            rank_of(search, proposal->subject, title, content_holds(&content, search->words)),
            text_of(arena_number(request->arena, proposal->place.id)), title,
            text_of(two_key_standing_word(two_key_stands(proposal, &all, request->actor.acting,
                                                         day_of(request->happening.now)))),
            url_id(request->arena, Url("/proposals"), proposal->place.id) });
    }
    return err;
}

static void add_file(struct request *request, const struct search *search,
                     struct search_group *group, const struct evidence_row *row)
{
    char sum[SHA256_HEX_SIZE];
    const struct text hex = text_of(arena_copy(request->arena, row->hex, strlen(row->hex)));

    sha256_hex(&row->sum, sum);
    if (!row->erased)
        add_hit(request, group, (struct search_hit){
            rank_of(search, text_of(sum), row->name, text_is(search->words, row->hex)), hex,
            row->name, text_of(""), evidence_url(request->arena, hex) });
}

static enum err find_evidence(struct request *request, struct search *search,
                              struct search_group *group)
{
    struct evidence_files files = { .count = EVIDENCE_AT_ONCE };
    struct evidence_before before, *from = NULL;
    enum err err = OK;

    while (err == OK && files.count == EVIDENCE_AT_ONCE) {
        err = evidence_list(request->tx, request->arena, request->actor.acting, from,
                            EVIDENCE_AT_ONCE, &files, request->trouble);
        for (size_t i = 0; err == OK && i < files.count; i++)
            add_file(request, search, group, &files.row[i]);
        if (err == OK && files.count > 0) {
            const struct evidence_row *last = &files.row[files.count - 1];
            before = (struct evidence_before){ last->taken_at, text_of(last->hex) };
            from = &before;
        }
    }
    return err;
}

static void add_person(struct request *request, const struct search *search,
                       struct search_group *group, const struct account *account)
{
    add_hit(request, group, (struct search_hit){
        rank_of(search, account->login, account->login, false),
        text_of(arena_number(request->arena, account->id)), account->login, text_of(""),
        url_id(request->arena, Url("/people"), account->id) });
}

/* Those of other councils with a role here; grants are by account. */
static enum err find_others(struct request *request, const struct search *search,
                            struct search_group *group)
{
    struct role_grants grants;
    struct account account = { .id = 0 };
    enum err err = grant_list(request->tx, request->arena, request->happening.now,
                              request->actor.acting, 0, &grants, request->trouble);

    for (size_t i = 0; err == OK && i < grants.count; i++) {
        if (grants.grant[i].account == account.id)
            continue;
        err = account_get(request->tx, request->arena, grants.grant[i].account, &account,
                          request->trouble);
        if (err == OK && account.council != request->actor.acting)
            add_person(request, search, group, &account);
    }
    return err == OK ? tx_scope(request->tx, request->actor.acting, request->trouble) : err;
}

static enum err find_people(struct request *request, struct search *search,
                            struct search_group *group)
{
    struct accounts accounts;
    const enum err err = account_list(request->tx, request->arena, request->actor.acting,
                                      &accounts, request->trouble);

    for (size_t i = 0; err == OK && i < accounts.count; i++)
        add_person(request, search, group, &accounts.account[i]);
    return err == OK ? find_others(request, search, group) : err;
}

static const struct kind {
    const char *name, *title;
    enum right  right;          /* of its list */
    enum err  (*find)(struct request *, struct search *, struct search_group *);
} kinds[] = {
    { "proposal", "Proposals", MAY_SEE_PROPOSAL, find_proposals },
    { "evidence", "Evidence", MAY_SEE_EVIDENCE, find_evidence },
    { "person", "People", MAY_SEE_PEOPLE, find_people },
};

/* --- the whole --- */

static bool is_asked(const struct request *request, const struct search *search, const char *kind,
                     enum right right)
{
    return actor_may(&request->actor, right) &&
           (search->kind.size == 0 || text_is(search->kind, kind));
}

static enum err run_registers(struct request *request, struct search *search)
{
    const struct register_type *last = NULL;
    const struct action *action;
    size_t feature = 0, row = 0;
    enum err err = OK;

    while (err == OK &&
           (action = action_next(request->site->features, &feature, &row)) != NULL) {
        const struct register_type *type = action->of;
        if (type == NULL || type == last || !is_asked(request, search, type->one, type->may_see))
            continue;
        struct search_group group = { .kind = type->one };
        last = type;
        err = find_entries(request, type, search, &group);
        if (err == OK)
            add_group(request, search, &group);
    }
    return err;
}

enum err search_run(struct request *request, struct search *search)
{
    enum err err = run_registers(request, search);

    for (size_t i = 0; err == OK && i < COUNT(kinds); i++) {
        if (!is_asked(request, search, kinds[i].name, kinds[i].right))
            continue;
        struct search_group group = { .kind = kinds[i].name, .title = text_of(kinds[i].title) };
        err = kinds[i].find(request, search, &group);
        if (err == OK)
            add_group(request, search, &group);
    }
    return err;
}
