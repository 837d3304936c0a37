#include "finance/finance_lines.h"

#include <assert.h>

#include "finance/finance_pages.h"
#include "finance/finance_sql.h"
#include "store/evidence_open.h"

#define INPUT "input/"

struct loading {
    struct request       *request;
    struct lines_found   *found;
    const struct working_asked *asked;
    struct memory_file   *input;        /* the run's */
    size_t                inputs;
    const struct council *council;      /* whose are being read */
    struct model          model;        /* with its map */
    struct text           accounts, cost_centres;
    int32_t               period;       /* of the figure; -1: any */
    lines_want           *want;
};

/* --- what is joint --- */

static enum err find_sight(struct tx *tx, struct loading *loading, struct trouble *trouble)
{
    struct lines_found *found = loading->found;
    struct arena *arena = loading->request->arena;
    struct joint_model *joint = arena_take(arena, 1, sizeof *joint);
    struct db_day day;

    if (!joint_period_day(found->working.run.year, (int)found->working.run.through - 1, &day))
        return fail(trouble, ERR_BUG, "a run of no period");
    enum err err = joint_model_agreed(tx, arena, &found->councils, found->working.run.year, day,
                                      joint, trouble);
    found->sight = joint->words.cost_model == NULL ? SIGHT_NONE : joint->sight;
    return err;
}

/* The handler's own functions, within this transaction. */
static enum err load_joint(struct tx *tx, void *context, struct trouble *trouble)
{
    struct loading *loading = context;
    struct request *request = loading->request;
    struct lines_found *found = loading->found;

    working_close(&found->working);
    request->tx = tx;
    enum err err = working_load(request, loading->asked, &found->working);
    request->tx = NULL;
    if (err == OK)
        err = councils_read(tx, request->arena, &found->councils, trouble);
    if (err == OK)
        err = find_sight(tx, loading, trouble);
    if (err == OK)
        err = money_run_parts_load(tx, request->arena, found->working.run.id, &found->part,
                                   &found->parts, trouble);
    return err != OK ? err : money_run_inputs_load(tx, request->arena, found->working.run.id,
                                                   &loading->input, &loading->inputs, trouble);
}

/* --- a council's own --- */

static enum err read_map(struct tx *tx, struct loading *loading, int64_t version,
                         struct trouble *trouble)
{
    struct money_map map;
    const enum err err = money_map_version_load(tx, loading->request->arena, loading->council->id,
                                                loading->found->working.run.year, version, &map,
                                                trouble);

    if (err != OK)
        return err;
    loading->accounts = map.accounts;
    loading->cost_centres = map.cost_centres;
    return OK;
}

/* The joint files of the run with the council's own two: the engine's reader finds its codes. */
static enum err load_map(struct loading *loading, struct trouble *trouble)
{
    struct arena *arena = loading->request->arena;
    struct memory_file *file = arena_take(arena, loading->inputs + 2, sizeof *file);
    struct memory_source source;
    struct faults faults;
    size_t count = 0;
    bool usable;

    for (size_t i = 0; i < loading->inputs; i++) {
        const char *name = loading->input[i].name + sizeof INPUT - 1;
        if (strcmp(name, "accounts.csv") != 0 && strcmp(name, "cost_centres.csv") != 0 &&
            strcmp(name, "sums.csv") != 0)
            file[count++] = (struct memory_file){ name, loading->input[i].bytes };
    }
    file[count++] = (struct memory_file){ "accounts.csv", loading->accounts };
    file[count++] = (struct memory_file){ "cost_centres.csv", loading->cost_centres };
    memory_source_open(&source, file, count, NULL);
    faults_open(&faults, arena);
    return model_load(&source.source, arena, false, &faults, &loading->model, &usable, trouble);
}

/* What the engine makes of the codes. */
static void judge_codes(const struct loading *loading, struct line_codes *codes)
{
    const struct model *model = &loading->model;
    const int32_t partner = index_find(&model->partner_index, 0, loading->council->code);
    const uint32_t salt = (uint32_t)partner;
    const int32_t centre = index_find(&model->centre_index, salt, codes->cost_centre);
    const struct centre_row *row = centre < 0 ? NULL
        : centre_at(model, &model->centre[centre], codes->account,
                    period_of_year(model->year, codes->period));

    codes->group = index_find(&model->account_index, salt, codes->account);
    codes->known = codes->group >= 0 && row != NULL && row->slot >= 0;
    codes->pool = codes->bearer = -1;
    if (!codes->known)
        return;
    codes->kind = model->slot[row->slot].kind;
    codes->pool = model->slot[row->slot].pool;
    codes->bearer = model->slot[row->slot].bearer;
    codes->row = row->line;
    /* By the run's own number for it. */
    codes->group = index_find(&loading->found->working.model.partnership.model.group_index, 0,
                              model->group[codes->group]);
}

/* Does the acting council bear a part of it? */
static bool bears(const struct loading *loading, const struct line_codes *codes)
{
    const struct partnership *partnership = &loading->found->working.model.partnership;
    const struct model *model = &partnership->model;
    const struct lines_found *found = loading->found;
    int32_t acting = -1;

    for (size_t i = 0; i < found->councils.count; i++)
        if (found->councils.council[i].id == loading->request->actor.acting)
            acting = index_find(&model->partner_index, 0, found->councils.council[i].code);
    if (acting < 0 || !codes->known || codes->pool < 0)
        return false;
    if (codes->kind != KIND_COMMON && codes->kind != KIND_SUPPORT)
        return codes->bearer == acting;
    mpz_t *numerator = codes->period > partnership->through ? NULL
        : partnership->shares.pool[codes->pool].numerator[codes->period];
    return numerator != NULL && mpz_sgn(numerator[acting]) > 0;
}

static bool may_see(const struct loading *loading, const struct line_codes *codes)
{
    if (loading->council->id == loading->request->actor.acting ||
        loading->found->sight == SIGHT_ALL)
        return true;
    return loading->found->sight == SIGHT_SHARED && bears(loading, codes);
}

static void keep_codes(struct loading *loading, const struct line_codes *codes)
{
    struct lines_found *found = loading->found;

    if (!loading->want(found, codes))
        return;
    if (!may_see(loading, codes)) {
        found->hidden = true;
        return;
    }
    if (found->count == found->room) {
        const size_t room = found->room * 2 + 64;
        found->codes = arena_grow(loading->request->arena, found->codes, found->count, room,
                                  sizeof *found->codes);
        found->room = room;
    }
    found->codes[found->count++] = *codes;
    found->lines += codes->lines;
    found->pence += codes->pence;
    if (found->import[codes->import].erased) {
        found->erased_lines += codes->lines;
        found->erased_pence += codes->pence;
    }
}

static enum err read_codes(struct tx *tx, struct loading *loading, size_t import, int32_t period,
                           struct trouble *trouble)
{
    struct arena *arena = loading->request->arena;
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_ledger_import_codes, &list, trouble);

    if (err != OK)
        return err;
    bind_int(list, 1, loading->council->id);
    bind_int(list, 2, loading->found->import[import].id);
    bind_int(list, 3, period + 1);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        struct line_codes codes = {
            .import = import, .cost_centre = text_keep(arena, column_text(list, 0)),
            .account = text_keep(arena, column_text(list, 1)), .lines = column_int(list, 2),
            .pence = column_int(list, 3), .period = period };
        judge_codes(loading, &codes);
        keep_codes(loading, &codes);
    }
    return err;
}

static enum err read_import(struct tx *tx, struct loading *loading, int64_t id,
                            struct trouble *trouble)
{
    struct lines_found *found = loading->found;
    struct arena *arena = loading->request->arena;
    struct line_import import = { .id = id, .council = loading->council,
                                  .ledger = text_of(""), .name = text_of(""),
                                  .sha256 = text_of("") };
    struct statement *read;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_ledger_import_lines, &read, trouble);

    if (err != OK)
        return err;
    bind_int(read, 1, loading->council->id);
    bind_int(read, 2, id);
    err = statement_step(read, &row, trouble);
    if (err == OK && row) {
        import.ledger = text_keep(arena, column_text(read, 0));
        /* A file's name may name a person: the partner is not told. */
        import.name = loading->council->id == loading->request->actor.acting
                          ? text_keep(arena, column_text(read, 1))
                          : text_of(arena_print(arena, "Import %lld", (long long)id));
        import.sha256 = text_keep(arena, column_text(read, 2));
        import.erased = !column_null(read, 3);
        statement_end(read);
    }
    import.descriptions = loading->council->id == loading->request->actor.acting ||
                          found->sight == SIGHT_ALL;
    found->import[found->imports++] = import;
    for (int32_t t = 0; t < PERIODS && err == OK; t++)
        if (loading->period < 0 || loading->period == t)
            err = read_codes(tx, loading, found->imports - 1, t, trouble);
    return err;
}

static int64_t number_of(struct text text)
{
    int64_t number = 0;

    for (size_t i = 0; i < text.size && i < 18 && is_digit(text.data[i]); i++)
        number = number * 10 + (text.data[i] - '0');
    return number;
}

/* What of the run is this council's: its map first, then its imports. */
struct begun {
    struct loading *loading;
    size_t          imports, count;
    int64_t         lines, pence, erased_lines, erased_pence;
};

static enum err read_own(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct begun *begun = context;
    struct loading *loading = begun->loading;
    struct lines_found *found = loading->found;
    enum err err = OK;

    found->imports = begun->imports;
    found->count = begun->count;
    found->lines = begun->lines;
    found->pence = begun->pence;
    found->erased_lines = begun->erased_lines;
    found->erased_pence = begun->erased_pence;
    for (size_t i = 0; i < found->parts && err == OK; i++)
        if (found->part[i].council == loading->council->id &&
            text_is(found->part[i].kind, "map"))
            err = read_map(tx, loading, found->part[i].version, trouble);
    if (err == OK)
        err = load_map(loading, trouble);
    if (err != OK)
        return err;
    for (size_t i = 0; i < found->parts && err == OK; i++)
        if (found->part[i].council == loading->council->id &&
            text_is(found->part[i].kind, "import"))
            err = read_import(tx, loading, number_of(found->part[i].subject), trouble);
    model_close(&loading->model);
    return err;
}

static enum err load_council(struct loading *loading, const struct council *council)
{
    struct request *request = loading->request;
    const struct lines_found *found = loading->found;
    struct begun begun = { loading, found->imports, found->count, found->lines, found->pence,
                           found->erased_lines, found->erased_pence };

    loading->council = council;
    loading->accounts = text_of(ACCOUNTS_HEADER);
    loading->cost_centres = text_of(COST_CENTRES_HEADER);
    return db_read(request->site->db, (struct db_scope){ council->id, request->arena }, read_own,
                   &begun, request->trouble);
}

static enum err load(struct loading *loading, bool others)
{
    struct request *request = loading->request;
    struct lines_found *found = loading->found;
    enum err err = db_read(request->site->db,
                           (struct db_scope){ request->actor.acting, request->arena }, load_joint,
                           loading, request->trouble);

    if (err != OK)
        return err;
    found->import = arena_take(request->arena, found->parts + 1, sizeof *found->import);
    for (size_t i = 0; i < found->councils.count && err == OK; i++)
        if (others || found->councils.council[i].id == request->actor.acting)
            err = load_council(loading, &found->councils.council[i]);
    return err;
}

/* --- what is wanted --- */

static bool is_of_figure(const struct lines_found *found, const struct line_codes *codes)
{
    const struct explanation *explanation = &found->working.explanation;

    return codes->known && codes->pool == explanation->pool &&
           (explanation->group < 0 || codes->group == explanation->group) &&
           (found->working.asked.kind.size == 0 ||
            text_is(found->working.asked.kind, kind_name[codes->kind]));
}

enum err lines_load(struct request *request, const struct working_asked *asked,
                    struct lines_found *out)
{
    struct loading loading = { .request = request, .found = out, .asked = asked,
                               .want = is_of_figure };

    *out = (struct lines_found){ .count = 0 };
    loading.period = month_index(asked->period);
    return loading.period < 0 ? ERR_MISSING : load(&loading, true);
}

static bool is_uncharged(const struct lines_found *found, const struct line_codes *codes)
{
    (void)found;
    return !codes->known || codes->pool < 0;
}

enum err lines_uncharged_load(struct request *request, int64_t run, struct lines_found *out)
{
    const struct working_asked asked = { .run = run };
    struct loading loading = { .request = request, .found = out, .asked = &asked, .period = -1,
                               .want = is_uncharged };

    *out = (struct lines_found){ .count = 0 };
    return load(&loading, false);
}

static bool is_asked_for(const struct lines_found *found, const struct line_codes *codes)
{
    return text_equal(codes->cost_centre, found->cost_centre) &&
           text_equal(codes->account, found->account);
}

enum err lines_fate_load(struct request *request, int64_t run, struct text cost_centre,
                         struct text account, int period, struct lines_found *out)
{
    const struct working_asked asked = { .run = run };
    struct loading loading = { .request = request, .found = out, .asked = &asked,
                               .period = period, .want = is_asked_for };

    *out = (struct lines_found){ .cost_centre = cost_centre, .account = account };
    return load(&loading, false);
}

const struct exact *lines_shares(struct lines_found *found, const struct line_codes *codes)
{
    const struct explanation asking = { .partnership = &found->working.model.partnership };

    return codes->known && codes->pool >= 0 &&
                   (codes->kind == KIND_COMMON || codes->kind == KIND_SUPPORT) &&
                   codes->period <= found->working.model.partnership.through
               ? explain_shares(&asking, codes->pool, codes->period) : NULL;
}

void lines_close(struct lines_found *found)
{
    working_close(&found->working);
}

/* --- the lines --- */

struct walking {
    const struct lines_found *found;
    struct line_seen          seen;
    int64_t                   skip, left;
    lines_visit              *visit;
    void                     *context;
};

static enum err walk_line(void *context, const struct evidence_line *line)
{
    struct walking *walking = context;

    if (walking->skip > 0) {
        walking->skip--;
        return OK;
    }
    if (walking->left == 0)
        return ERR_MISSING;
    walking->left--;
    walking->seen.line = line;
    return walking->visit(walking->context, &walking->seen);
}

static enum err open_import(struct request *request, const struct line_import *import,
                            struct evidence_opened **out)
{
    const struct council *council = import->council;
    struct evidence_council *owner = arena_take(request->arena, 1, sizeof *owner);
    struct text *code = arena_take(request->arena, 1, sizeof *code);
    struct evidence_id id;

    *owner = (struct evidence_council){ council->id, council->code,
                                        keyring_master(request->site->keyring, council->code) };
    *code = council->code;
    const struct evidence_warrant warrant = {
        .outside = request->site->outside, .now = request->happening.now,
        .acting = request->actor.acting, .actor = text_of(request->actor.login),
        .request = request->happening.request, .council = owner, .councils = 1,
        .whole = council->id == request->actor.acting,
        .lines = { code, 1, import->descriptions } };
    if (!evidence_id_parse(import->ledger, &id))
        return ERR_MISSING;
    if (owner->master == NULL)
        return fail(request->trouble, ERR_BUG, "the server has no key of council %.*s",
                    TEXT(council->code));
    return evidence_open(request->arena, request->site->db, &warrant, &id, out,
                         request->trouble);
}

static enum err walk_codes(struct request *request, struct walking *walking,
                           struct evidence_opened *opened, const struct line_codes *codes)
{
    const struct model *model = &walking->found->working.model.partnership.model;

    assert(walking->seen.import != NULL);
    const struct evidence_query query = {
        .partner = walking->seen.import->council->code, .cost_centre = codes->cost_centre,
        .account = codes->account, .period = period_of_year(model->year, codes->period) };
    struct evidence_scanned scanned = { 0 };

    walking->seen.codes = codes;
    return evidence_opened_lines(opened, &query, walk_line, walking, &scanned, request->trouble);
}

enum err lines_each(struct request *request, const struct lines_found *found, int64_t from,
                    int64_t count, lines_visit *visit, void *context)
{
    struct walking walking = { .found = found, .skip = from, .left = count, .visit = visit,
                               .context = context };
    struct evidence_opened *opened = NULL;
    size_t open = SIZE_MAX;
    enum err err = OK;

    for (size_t i = 0; i < found->count && walking.left > 0 && err == OK; i++) {
        const struct line_codes *codes = &found->codes[i];
        if (walking.skip >= codes->lines) {      /* known by the sums: nothing is opened */
            walking.skip -= codes->lines;
            continue;
        }
        if (found->import[codes->import].ledger.size == 0 ||
            found->import[codes->import].erased) {
            walking.skip = 0;       /* it was within these */
            continue;
        }
        if (open != codes->import) {
            if (opened != NULL)
                evidence_close(opened);
            opened = NULL;
            walking.seen.import = &found->import[codes->import];
            err = open_import(request, walking.seen.import, &opened);
            open = codes->import;
        }
        if (err == OK)
            err = walk_codes(request, &walking, opened, codes);
    }
    if (opened != NULL)
        evidence_close(opened);
    return err;
}
