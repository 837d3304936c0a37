#include "server/sample_year.h"

#include <assert.h>

#include "base/secret_outside.h"
#include "finance/finance_csv_file.h"
#include "finance/finance_import.h"
#include "finance/finance_joint_model.h"
#include "finance/finance_profile.h"
#include "finance/finance_run.h"
#include "finance/finance_year.h"
#include "formats/json.h"
#include "identity/account.h"
#include "server/chores.h"
#include "server/sample.h"
#include "server/sample_money.h"
#include "server/sample_year_files.h"
#include "store/evidence_intake.h"

#define YEAR "2014-15"
#define NOTE "Final accounts (made up for this sample)"

/* What each council has besides the files. */
static const struct {
    const char *code, *extract, *last_lines;
} own[] = {
    { "CLK", "clackmannanshire.csv",
      "P13-1,CLK,2015-03-31,2014-15/P13,71001H,10100,18450.00," NOTE ": holiday pay\n"
      "P13-2,CLK,2015-03-31,2014-15/P13,71005H,50100,-6200.35," NOTE ": accrual reversed\n"
      "P13-3,CLK,2015-03-31,2014-15/P13,719001,10100,3120.00," NOTE ": audit fee\n" },
    { "STI", "stirling.csv",
      "P13-1,STI,2015-03-31,2014-15/P13,S8002H,A1000,27300.10," NOTE ": holiday pay\n"
      "P13-2,STI,2015-03-31,2014-15/P13,S8006H,E5000,-4815.00," NOTE ": accrual reversed\n" },
};

struct filling {
    struct server          *server;
    struct arena           *arena;
    const struct councils  *councils;
    struct happening        happening;
    /* Of the council that is filled in. */
    const struct council   *council;
    struct actor            accountant;
    struct text             extract, evidence;
    struct ledger_control   control;
    int64_t                 profile, run;
};

static struct text file_of(const char *name)
{
    const struct memory_file *file = sample_year_files;

    while (strcmp(file->name, name) != 0)
        file++;
    return file->bytes;
}

bool sample_year_fits(const struct councils *councils)
{
    if (councils->count != COUNT(own))
        return false;
    for (size_t i = 0; i < COUNT(own); i++)
        if (!text_is(councils->council[i].code, own[i].code))
            return false;
    return true;
}

/* --- what is agreed --- */

static enum err act_of(struct tx *tx, const struct filling *filling, size_t at,
                       const char *office, struct two_key_act *act, struct trouble *trouble)
{
    const struct council *council = &filling->councils->council[at];
    const struct text login = sample_login(filling->arena, office, council->code);
    struct account account;
    enum err err = tx_scope(tx, council->id, trouble);

    if (err == OK)
        err = account_find(tx, filling->arena, login, &account, trouble);
    *act = (struct two_key_act){
        .now = filling->happening.now, .outside = filling->happening.outside, .login = login,
        .account = err == OK ? account.id : 0, .council = council->id,
        .may_prepare = true, .may_agree = true };
    return err;
}

static struct db_day day_2014(int month, int day)
{
    struct db_day out;
    const bool is = db_day_of(2014, month, day, &out);

    assert(is);
    return out;
}

static enum err agree_all(struct tx *tx, const struct filling *filling,
                          struct two_key_place *place, struct trouble *trouble)
{
    const struct two_key_decision decision = {
        .body = text_of("Finance committee"), .minute = text_of("Item 4"), .decided = true,
        .day = day_2014(3, 20) };
    struct two_key_act act;
    int64_t version;
    enum err err = OK;

    for (size_t at = 0; at < filling->councils->count && err == OK; at++) {
        err = act_of(tx, filling, at, "finance", &act, trouble);
        if (err == OK)
            err = two_key_agree(tx, filling->arena, &act, place, &decision, &version, NULL,
                                trouble);
    }
    return err;
}

static enum err agree(struct tx *tx, const struct filling *filling, const char *kind,
                      struct text subject, struct text payload, struct trouble *trouble)
{
    const struct councils *councils = filling->councils;
    int64_t *both = arena_take(filling->arena, councils->count, sizeof *both);
    const struct two_key_wording wording = {
        .kind = text_of(kind), .subject = subject, .councils = both,
        .council_count = councils->count, .effective = day_2014(4, 1), .payload = payload };
    struct two_key_place place;
    struct two_key_act act;

    for (size_t i = 0; i < councils->count; i++)
        both[i] = councils->council[i].id;
    enum err err = act_of(tx, filling, 0, "accounts", &act, trouble);
    if (err == OK)
        err = two_key_draft(tx, filling->arena, &act, &wording, &place, NULL, trouble);
    if (err == OK)
        err = two_key_propose(tx, filling->arena, &act, &place, NULL, trouble);
    return err == OK ? agree_all(tx, filling, &place, trouble) : err;
}

/* Names and values as a flat object. */
struct payload {
    struct csv_file made;
    struct json     json;
};

static void payload_begin(struct payload *payload, struct arena *arena)
{
    csv_file_open(&payload->made, arena, text_of(""));
    json_begin(&payload->json, &payload->made.sink, JSON_COMPACT, NULL);
    json_object(&payload->json);
}

static void payload_add(struct payload *payload, const char *name, struct text value)
{
    json_key(&payload->json, name);
    json_text(&payload->json, value);
}

static struct text payload_end(struct payload *payload)
{
    json_object_end(&payload->json);
    const enum err err = json_end(&payload->json);
    assert(err == OK);      /* memory does not fail */
    return csv_file_close(&payload->made);
}

/* The rows of a file that begin with the code, without it. */
static struct text rows_of(struct arena *arena, const char *name, struct text code)
{
    struct csv_file made;
    struct csv_rows rows;

    csv_file_open(&made, arena, text_of(""));
    csv_rows_open(&rows, arena, file_of(name));
    while (csv_rows_next(&rows))
        if (text_equal(csv_rows_field(&rows, 0), code))
            csv_file_row(&made, &rows.record.field[1], rows.record.count - 1);
    struct text text = csv_file_close(&made);
    text.size -= text.size > 0;     /* as a form has it: without a last line end */
    return text;
}

static enum err agree_bases(struct tx *tx, const struct filling *filling, struct trouble *trouble)
{
    static const char *const columns[] = { "name", "basis_kind", "places", "tolerance", "estimate",
                                           "actual", "unit", "source" };
    struct csv_rows rows;
    enum err err = OK;

    csv_rows_open(&rows, filling->arena, file_of("bases.csv"));
    (void)!csv_rows_next(&rows);     /* the header */
    while (err == OK && csv_rows_next(&rows)) {
        const struct text code = csv_rows_field(&rows, 0);
        struct payload payload;
        payload_begin(&payload, filling->arena);
        for (size_t i = 0; i < COUNT(columns); i++)
            payload_add(&payload, columns[i], csv_rows_field(&rows, 1 + i));
        payload_add(&payload, "values", rows_of(filling->arena, "basis_values.csv", code));
        payload_add(&payload, "components", rows_of(filling->arena, "blends.csv", code));
        err = agree(tx, filling, BASIS_KIND, code, payload_end(&payload), trouble);
    }
    return err;
}

static enum err agree_model(struct tx *tx, const struct filling *filling, struct trouble *trouble)
{
    struct payload payload;
    struct csv_rows rows;

    payload_begin(&payload, filling->arena);
    csv_rows_open(&rows, filling->arena, file_of("partnership.csv"));
    while (csv_rows_next(&rows)) {
        const struct text key = csv_rows_field(&rows, 0);
        if (!text_is(key, "key") && !text_is(key, "year"))
            payload_add(&payload, arena_copy(filling->arena, key.data, key.size),
                        csv_rows_field(&rows, 1));
    }
    payload_add(&payload, "partners", text_of("CLK, STI"));
    payload_add(&payload, "sight", text_of("shared"));
    payload_add(&payload, "services", file_of("services.csv"));
    payload_add(&payload, "pools", file_of("pools.csv"));
    payload_add(&payload, "support", file_of("support.csv"));
    payload_add(&payload, "vat", text_of(
        "education,outside,Delegated under the agreement: a special legal regime\n"
        "social,outside,Delegated under the agreement: a special legal regime\n"
        "SUP-ED,standard,Payroll and property staff on a private firm's terms\n"));
    return agree(tx, filling, COST_MODEL_KIND, text_of(YEAR), payload_end(&payload), trouble);
}

/* --- each council's own --- */

/* The header, and the council's rows. */
static struct text rows_with_header(struct arena *arena, const char *name, const char *header,
                                    struct text code)
{
    struct csv_file made;
    struct csv_rows rows;

    csv_file_open(&made, arena, text_of(header));
    csv_rows_open(&rows, arena, file_of(name));
    while (csv_rows_next(&rows))
        if (text_equal(csv_rows_field(&rows, 0), code))
            csv_file_row(&made, rows.record.field, rows.record.count);
    return csv_file_close(&made);
}

static enum err keep_map(struct tx *tx, struct filling *filling, struct trouble *trouble)
{
    const struct text code = filling->council->code;
    const struct money_map map = {
        .accounts = rows_with_header(filling->arena, "accounts.csv", ACCOUNTS_HEADER, code),
        .cost_centres = rows_with_header(filling->arena, "cost_centres.csv",
                                         COST_CENTRES_HEADER, code) };

    return money_map_keep(tx, filling->arena, &filling->happening, &filling->accountant,
                          text_of(YEAR), &map, trouble);
}

static enum err keep_profile(struct tx *tx, struct filling *filling, struct trouble *trouble)
{
    struct extract_profile profile = {
        .system = text_of("Finance"),
        .words = text_of(arena_print(filling->arena, "entry_id = column entry_id\n"
                                     "partner = fixed %.*s\ndate = column date\n"
                                     "period = column period\ncost_centre = column cost_centre\n"
                                     "account = column account\namount = column amount\n"
                                     "description = column description\n",
                                     TEXT(filling->council->code))) };
    enum err err = extract_profile_judge(filling->arena, profile.words, filling->council->code,
                                         trouble);

    if (err == OK)
        err = extract_profile_add(tx, filling->arena, &filling->happening,
                                  &filling->accountant, &profile, trouble);
    filling->profile = profile.id;
    return err;
}

static void take_accountant(struct filling *filling, int64_t account)
{
    const struct text login = sample_login(filling->arena, "accounts", filling->council->code);

    filling->accountant = (struct actor){ .account = account, .home = filling->council->id,
                                          .acting = filling->council->id, .may_write = true };
    assert(login.size <= ACTOR_LOGIN_MOST);
    memcpy(filling->accountant.login, login.data, login.size);
}

/* All that is agreed, in one transaction. */
static enum err agree_year(struct tx *tx, void *context, struct trouble *trouble)
{
    struct filling *filling = context;
    const struct text login = sample_login(filling->arena, "finance",
                                           filling->councils->council[0].code);
    struct actor head = { .acting = filling->councils->council[0].id };
    enum err err = tx_scope(tx, head.acting, trouble);

    memcpy(head.login, login.data, login.size);
    if (err == OK)
        err = joint_year_begin(tx, &filling->happening, &head, text_of(YEAR), trouble);
    if (err == OK)
        err = agree_bases(tx, filling, trouble);
    return err == OK ? agree_model(tx, filling, trouble) : err;
}

static enum err keep_own(struct tx *tx, void *context, struct trouble *trouble)
{
    struct filling *filling = context;
    struct account account;
    enum err err = account_find(tx, filling->arena,
                                sample_login(filling->arena, "accounts", filling->council->code),
                                &account, trouble);

    if (err != OK)
        return err;
    take_accountant(filling, account.id);
    err = keep_map(tx, filling, trouble);
    return err == OK ? keep_profile(tx, filling, trouble) : err;
}

/* --- ledgers --- */

/* The council's extract with its last lines, and what its ledger system would say of it. */
static void make_extract(struct filling *filling, size_t at)
{
    struct csv_file made;
    struct csv_rows rows;

    csv_file_open(&made, filling->arena, file_of(own[at].extract));
    csv_file_raw(&made, text_of(own[at].last_lines));
    filling->extract = csv_file_close(&made);
    filling->control = (struct ledger_control){ 0 };
    csv_rows_open(&rows, filling->arena, filling->extract);
    (void)!csv_rows_next(&rows);     /* the header */
    while (csv_rows_next(&rows)) {
        wide pence = 0;
        const bool is = amount_parse(csv_rows_field(&rows, 6), 13, &pence);
        assert(is);
        filling->control.lines++;
        filling->control.pence += (int64_t)pence;
    }
}

static enum err keep_extract(struct filling *filling, size_t at, struct trouble *trouble)
{
    const struct memory_file file = { own[at].extract, filling->extract };
    const struct evidence_arrival arrival = {
        .db = filling->server->db, .outside = &real_outside, .clock = clock_now,
        .council = { filling->council->id, filling->council->code,
                     keyring_master(&filling->server->keyring, filling->council->code) },
        .actor = text_of(filling->accountant.login), .name = text_of(file.name),
        .media = text_of("text/csv"), .kind = EVIDENCE_RECORDS };
    struct memory_source source;
    struct evidence_taken taken;
    struct stream *stream;
    char hex[EVIDENCE_ID_HEX];

    memory_source_open(&source, &file, 1, NULL);
    enum err err = source.source.open(&source.source, filling->arena, file.name, &stream,
                                      trouble);
    if (err != OK)
        return err;
    err = evidence_take(filling->arena, &arrival, stream, &taken, trouble);
    stream->close(stream);
    if (err != OK)
        return err;
    evidence_id_print(&taken.id, hex);
    filling->evidence = text_of(arena_copy(filling->arena, hex, sizeof hex - 1));
    return OK;
}

static enum err begin_import(struct tx *tx, void *context, struct trouble *trouble)
{
    struct filling *filling = context;
    const struct actor *actor = &filling->accountant;
    int64_t id;
    bool already;
    enum err err = ledger_import_add(tx, &filling->happening, actor, text_of(YEAR),
                                     BOOK_LEDGER, filling->evidence, &id, &already, trouble);

    if (err == OK)
        err = ledger_import_choose(tx, filling->arena, actor, id, filling->profile, trouble);
    return err != OK ? err : ledger_import_begin(tx, filling->arena, &filling->happening, actor,
                                                 id, &filling->control, trouble);
}

static struct moment now_of(void *context)
{
    (void)context;
    return clock_now();
}

/* The jobs that read the extracts, here and now. */
static enum err work(struct filling *filling, struct trouble *trouble)
{
    struct chores chores;
    struct job_server server = { .db = filling->server->db, .outside = &real_outside,
                                 .clock = { now_of, NULL } };
    struct job_lease lease;
    bool found = true;
    enum err err = chores_open(&chores, filling->arena, filling->server, trouble);

    server.kinds = chores.kinds;
    if (err == OK)
        err = job_server_open(&server, filling->arena, trouble);
    while (err == OK && found) {
        struct job_signs signs = { 0 };
        err = job_lease_take(&server, filling->arena, &lease, &found, trouble);
        if (err != OK || !found)
            break;
        struct job_run run = { .server = &server, .lease = &lease, .arena = filling->arena,
                               .signs = &signs };
        err = job_run_whole(&run, trouble);
    }
    return err;
}

/* What the job says of it is nobody's to see here. */
static enum err judge_import(struct tx *tx, void *context, struct trouble *trouble)
{
    struct filling *filling = context;
    struct ledger_imports imports;
    enum err err = ledger_imports_load(tx, filling->arena, filling->council->id, text_of(YEAR),
                                       &imports, trouble);

    if (err == OK && (imports.count != 1 || imports.import[0].state != IMPORT_TAKEN))
        err = fail(trouble, ERR_BUG, "the sample's extract of %.*s is not taken in",
                   TEXT(filling->council->code));
    return err;
}

static enum err judge_imports(struct filling *filling, struct trouble *trouble)
{
    enum err err = OK;

    for (size_t at = 0; at < filling->councils->count && err == OK; at++) {
        filling->council = &filling->councils->council[at];
        err = db_read(filling->server->db,
                      (struct db_scope){ filling->council->id, filling->arena }, judge_import,
                      filling, trouble);
    }
    return err;
}

static enum err fill_council(struct filling *filling, size_t at, struct trouble *trouble)
{
    struct db *db = filling->server->db;
    enum err err;

    filling->council = &filling->councils->council[at];
    const struct db_scope scope = { filling->council->id, filling->arena };
    err = db_write(db, scope, keep_own, filling, trouble);
    make_extract(filling, at);
    if (err == OK)
        err = keep_extract(filling, at, trouble);
    return err == OK ? db_write(db, scope, begin_import, filling, trouble) : err;
}

/* --- what stands beside it --- */

/* The whole year, as a draft: the months' own runs are for those who try it out. */
static enum err begin_run(struct tx *tx, void *context, struct trouble *trouble)
{
    struct filling *filling = context;

    return money_run_begin(tx, filling->arena, &filling->happening, &filling->accountant,
                           text_of(YEAR), PERIODS, BOOK_LEDGER, &filling->run, trouble);
}

static enum err fill_beside(struct tx *tx, void *context, struct trouble *trouble)
{
    struct filling *filling = context;

    return sample_money_fill(tx, filling->arena, &filling->happening, filling->councils,
                             &filling->accountant, filling->run, trouble);
}

static enum err run_year(struct filling *filling, struct trouble *trouble)
{
    struct db *db = filling->server->db;
    const struct db_scope scope = { filling->council->id, filling->arena };
    enum err err = db_write(db, scope, begin_run, filling, trouble);

    if (err == OK)
        err = work(filling, trouble);
    return err == OK ? db_write(db, scope, fill_beside, filling, trouble) : err;
}

enum err sample_year_fill(struct server *server, struct arena *arena,
                          const struct councils *councils, struct moment now,
                          struct trouble *trouble)
{
    struct filling filling = { .server = server, .arena = arena, .councils = councils,
                               .happening = { now, &real_outside, { "", 0 } } };
    enum err err = db_write(server->db, (struct db_scope){ 0, arena }, agree_year, &filling,
                            trouble);

    for (size_t at = 0; at < councils->count && err == OK; at++)
        err = fill_council(&filling, at, trouble);
    if (err == OK)
        err = work(&filling, trouble);
    if (err == OK)
        err = judge_imports(&filling, trouble);
    return err == OK ? run_year(&filling, trouble) : err;
}
