#include "server/chores.h"

#include <stdio.h>

#include "finance/finance_import.h"
#include "finance/finance_bundle.h"
#include "finance/finance_run.h"
#include "identity/kept_form.h"
#include "server/backup_means.h"
#include "server/backup_served.h"
#include "store/council_export.h"
#include "store/evidence_audit.h"
#include "store/evidence_erase.h"
#include "store/job.h"
#include "store/trail_audit.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define LEASE_MS 60000
#define IDLE_MS HOUR_MS         /* an intake that long without a sign of life was given up */

struct chore {
    const char  *kind;
    int64_t      every_ms;      /* 0: only when somebody asks for it */
    bool         for_councils;  /* one job for each; else one of the system's */
    const char  *setting;       /* without which it is not done; or NULL */
    int          attempts;
    job_handler *work;
};

/* ---- the work ---- */

struct collecting {
    int64_t       council, forms;
    struct moment now;
};

static enum err collect_forms(struct tx *tx, void *context, struct trouble *trouble)
{
    struct collecting *collecting = context;

    return kept_form_collect(tx, collecting->now, collecting->council, &collecting->forms,
                             trouble);
}

static enum err collect(struct job_run *run, void *context, struct trouble *trouble)
{
    const struct chores *chores = context;
    const struct moment now = run->server->clock.now(run->server->clock.context);
    struct evidence_collected collected = { 0 };
    struct collecting collecting = { .council = run->lease->council, .now = now };
    int64_t exports;
    enum err err = council_export_collect(chores->server->db, run->server->outside,
                                          run->lease->council, now, &exports, trouble);

    if (err == OK)
        err = evidence_collect(chores->server->db, run->lease->council, now, IDLE_MS, &collected,
                               trouble);
    if (err == OK)
        err = db_write(chores->server->db,
                       (struct db_scope){ collecting.council, run->arena }, collect_forms,
                       &collecting, trouble);
    if (err != OK)
        return err;
    const struct job_outcome outcome = { .words = text_of(arena_print(
        run->arena, "%llu intakes that were given up and %llu chunks were taken away, %lld "
        "exports that were kept for a week, and %lld forms that waited for thirty days.",
        (unsigned long long)collected.intakes, (unsigned long long)collected.chunks,
        (long long)exports, (long long)collecting.forms)) };
    return job_finish(run, NULL, NULL, &outcome, trouble);
}

static enum err check_evidence(struct job_run *run, const struct chores *chores, uint64_t *files,
                               struct trouble *trouble)
{
    const struct councils *councils = &chores->councils;
    bool stop = false;
    enum err err = OK;

    for (size_t i = 0; i < councils->count && err == OK; i++) {
        const struct council *council = &councils->council[i];
        const struct evidence_council owner = {
            council->id, council->code, keyring_master(&chores->server->keyring, council->code) };
        struct evidence_audited audited = { 0 };

        err = job_progress(run, (int64_t)i, (int64_t)councils->count, text_of("evidence"), &stop,
                           trouble);
        if (err == OK && stop)
            return job_stopped(run, trouble);
        if (err == OK && owner.master == NULL)
            err = fail(trouble, ERR_MISSING, "the server has no key of %.*s",
                       TEXT(council->code));
        if (err == OK)
            err = evidence_audit(chores->server->db, &owner, &audited, trouble);
        *files += audited.files;
    }
    return err;
}

static enum err check(struct job_run *run, void *context, struct trouble *trouble)
{
    const struct chores *chores = context;
    struct trail_audited trail = { 0 };
    uint64_t files = 0;
    enum err err = trail_audit(chores->server->db, run->arena, &chores->server->keyring.public,
                               &trail, trouble);

    if (err == OK)
        err = check_evidence(run, chores, &files, trouble);
    if (err != OK || run->stopped)
        return err;
    const struct job_outcome outcome = { .words = text_of(arena_print(
        run->arena, "%llu entries of the trail and %llu files are as they were written.",
        (unsigned long long)trail.entries, (unsigned long long)files)) };
    return job_finish(run, NULL, NULL, &outcome, trouble);
}

enum err chores_back_up(struct job_run *run, const struct chores *chores, const char *folder,
                        const char *to, struct trouble *trouble)
{
    const struct backup_means means = backup_means_of_program();
    const struct server *server = chores->server;
    const char *keys = settings_value(&server->settings, "keys");
    struct seal_public recipient;
    struct backup_made made;
    enum err err = to == NULL ? OK : backup_recipient(to, &recipient, trouble);

    if (err != OK)
        return err;
    const struct backup_making making = {
        .means = means, .db = server->db, .folder = folder, .key = &server->keyring.secret,
        .to = to == NULL ? NULL : &recipient, .keys = keys,
        .scratch = arena_print(run->arena, "%s.backup", keys) };
    err = backup_make(&making, run->arena, &made, trouble);
    if (err == OK)
        err = backup_note(server->db, &means, run->arena, &made, text_of(folder), trouble);
    if (err != OK)
        return err;
    const struct job_outcome outcome = { .words = text_of(arena_print(
        run->arena, "%s: %llu bytes, a trail of %llu entries%s.", folder,
        (unsigned long long)made.bytes, (unsigned long long)made.manifest.trail_size,
        to == NULL ? "; not sealed, without the server's keys" : ", sealed")) };
    return job_finish(run, NULL, NULL, &outcome, trouble);
}

static enum err back_up(struct job_run *run, void *context, struct trouble *trouble)
{
    const struct chores *chores = context;
    const struct settings *settings = &chores->server->settings;

    return chores_back_up(run, chores, backup_folder(run->arena,
                                                     settings_value(settings, "backups"),
                                                     clock_now()),
                          settings_value(settings, "backup-key"), trouble);
}

static const struct chore chore_table[] = {
    { "evidence.collect", HOUR_MS, true, NULL, 3, collect },
    { "store.check", DAY_MS, false, NULL, 3, check },
    { "backup", DAY_MS, false, "backups", 5, back_up },
    { COUNCIL_EXPORT_JOB, 0, true, NULL, 3, council_export_work },
    { LEDGER_IMPORT_JOB, 0, true, NULL, 3, ledger_import_job },
    { MONEY_RUN_JOB, 0, true, NULL, 3, money_run_job },
    { PERIOD_BUNDLE_JOB, 0, true, NULL, 5, period_bundle_job },
    { PERIOD_RECOUNT_JOB, 0, true, NULL, 3, period_recount_job },
    { BACKUP_SERVED_JOB, 0, false, NULL, 3, backup_served_work },
};

/* ---- when ---- */

static enum err read_councils(struct tx *tx, void *context, struct trouble *trouble)
{
    struct chores *chores = context;

    return councils_read(tx, chores->arena, &chores->councils, trouble);
}

enum err chores_open(struct chores *chores, struct arena *arena, struct server *server,
                     struct trouble *trouble)
{
    *chores = (struct chores){ .server = server, .arena = arena };
    chores->kinds = arena_take(arena, COUNT(chore_table) + 1, sizeof *chores->kinds);
    chores->last = arena_take(arena, COUNT(chore_table), sizeof *chores->last);
    for (size_t i = 0; i < COUNT(chore_table); i++)
        chores->kinds[i] = (struct job_kind){ chore_table[i].kind, chore_table[i].work, chores,
                                              LEASE_MS, chore_table[i].attempts };
    return db_read(server->db, (struct db_scope){ 0, arena }, read_councils, chores, trouble);
}

struct adding {
    struct job_order order;
    int64_t          id;
};

static enum err add(struct tx *tx, void *context, struct trouble *trouble)
{
    struct adding *adding = context;

    return job_add(tx, &real_outside, &adding->order, &adding->id, trouble);
}

static enum err add_for(struct chores *chores, struct arena *arena, const struct chore *chore,
                        int64_t council, struct moment now, struct trouble *trouble)
{
    struct adding adding = { .order = {
        .now = now, .kind = text_of(chore->kind), .council = council,
        .asked_by = text_of("system"), .arguments = text_of("{}"),
        .priority = JOB_PRIORITY_USUAL,
        .idempotency = text_of(arena_print(arena, "chore %lld",
                                           (long long)(now.ms / chore->every_ms))) } };

    return db_write(chores->server->db, (struct db_scope){ council, arena }, add, &adding,
                    trouble);
}

static enum err add_chore(struct chores *chores, struct arena *arena, const struct chore *chore,
                          struct moment now, struct trouble *trouble)
{
    enum err err = OK;

    if (chore->setting != NULL && settings_value(&chores->server->settings,
                                                 chore->setting) == NULL)
        return OK;
    if (!chore->for_councils)
        return add_for(chores, arena, chore, 0, now, trouble);
    for (size_t i = 0; i < chores->councils.count && err == OK; i++)
        err = add_for(chores, arena, chore, chores->councils.council[i].id, now, trouble);
    return err;
}

enum err chores_add(struct chores *chores, struct arena *arena, struct moment now,
                    struct trouble *trouble)
{
    enum err err = OK;

    for (size_t i = 0; i < COUNT(chore_table) && err == OK; i++) {
        if (chore_table[i].every_ms == 0)
            continue;
        const int64_t slot = now.ms / chore_table[i].every_ms;
        if (slot == chores->last[i])
            continue;
        err = add_chore(chores, arena, &chore_table[i], now, trouble);
        if (err == OK)
            chores->last[i] = slot;
    }
    return err;
}
