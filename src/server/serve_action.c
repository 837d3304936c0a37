/*
 * server/serve_action.c -- `ochil serve`: the store over HTTP, until it is told to stop.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "admin/admin_table.h"
#include "agreement/agreement_data_sharing.h"
#include "agreement/agreement_service.h"
#include "base/secret_outside.h"
#include "cli/stop.h"
#include "finance/finance_basis.h"
#include "finance/finance_beside.h"
#include "finance/finance_import.h"
#include "finance/finance_table.h"
#include "governance/governance_policy.h"
#include "governance/governance_table.h"
#include "identity/oidc_fetch.h"
#include "register/register_table.h"
#include "server/chores.h"
#include "server/notify.h"
#include "store/council.h"
#include "store/trail_guard_io.h"
#include "store/work_folder.h"
#include "web/http_listen.h"
#include "web/site.h"
#include "web/web_table.h"

#define CLOSE_MS INT64_C(10000)     /* what has begun may take this long when it is told to stop */

const struct feature *const site_features[] = {
    &web_feature,
    &admin_feature,
    &risk_feature,
    &action_feature,
    &obligation_feature,
    &policy_feature,
    &money_feature,
    &query_feature,
    &initiative_feature,
    &memorandum_feature,
    &fund_feature,
    &paper_feature,
    &money_call_feature,
    &money_run_call_feature,
    &month_call_feature,
    &payment_call_feature,
    &what_if_call_feature,
    &restatement_call_feature,
    &evidence_feature,
    &proposal_feature,
    &service_feature,
    &saved_view_feature,
    &import_help_feature,
    NULL,
};

static const struct home_part *const site_home[] = { &money_home, &on_account_home,
                                                     NULL };

const struct two_key_kind *const site_kinds[] = {
    &data_sharing_kind,
    &policy_kind,
    &service_kind,
    &memorandum_kind,
    &basis_kind,
    &cost_model_kind,
    NULL,
};

#define UPLOAD_MOST_MIB 1048576
#define CALLS_MOST 1000000
#define JOB_WORKERS 2
#define JOB_LOOK_MS 1000            /* somebody waits for what was asked for on a page */
#define CHORES_MS 60000             /* how often it is looked whether a chore is due */

struct serving {
    struct command       *command;
    struct job_runner    *jobs;
    struct chores         chores;
    struct server         server;
    struct store_identity identity;
    struct http_listening listening;
    struct site           site;
    uint64_t              upload_most;
    struct api_limit      limit;
};

static enum err read_identity(struct tx *tx, void *context, struct trouble *trouble)
{
    struct serving *serving = context;

    return store_identity_read(tx, serving->command->work, &serving->identity, trouble);
}

/* May this store be served by this program? */
static enum err check_store(struct serving *serving)
{
    struct command *command = serving->command;
    const struct db_scope nobody = { .arena = command->work };
    enum err err = schema_check(serving->server.db, server_migrations, command->trouble);

    if (err == OK)
        err = db_read(serving->server.db, nobody, read_identity, serving, command->trouble);
    return err != OK ? err : trail_guard(serving->server.db, &secret_outside, command->work,
                                         &serving->server.keyring, command->trouble);
}

/* A setting that is a whole number. */
static enum err read_number(struct serving *serving, const char *name, unsigned long long least,
                            unsigned long long most, unsigned long long *out)
{
    const char *value = settings_value(&serving->server.settings, name);
    char *end;

    *out = strtoull(value, &end, 10);
    if (!is_digit(value[0]) || *end != '\0' || *out < least || *out > most)
        return fail(serving->command->trouble, ERR_USAGE, "%s = %s: %llu to %llu", name, value,
                    least, most);
    return OK;
}

static enum err read_limits(struct serving *serving)
{
    unsigned long long mib = 0, calls = 0;
    enum err err = read_number(serving, "upload-most", 1, UPLOAD_MOST_MIB, &mib);

    if (err == OK)
        err = read_number(serving, "api-calls", 0, CALLS_MOST, &calls);
    serving->upload_most = (uint64_t)mib * 1024 * 1024;
    api_limit_begin(&serving->limit, (unsigned)calls);
    return err;
}

/* Somebody waits for the job that a request may have asked for. (What another server over the same
 * store asks for is found within JOB_LOOK_MS.) */
static void wake_jobs(void *context)
{
    const struct serving *serving = context;

    job_runner_wake(serving->jobs);
}

static void make_site(struct serving *serving)
{
    serving->site = (struct site){
        .db = serving->server.db,
        .outside = &real_outside,
        .clock = clock_now,
        .features = site_features,
        .migrations = server_migrations,
        .keyring = &serving->server.keyring,
        .kinds = site_kinds,
        .home = site_home,
        .made_of = import_made_of,
        .origin = settings_value(&serving->server.settings, "origin"),
        .names = serving->listening.names,
        .sample = serving->identity.sample,
        .cost = PASSWORD_COST_USUAL,
        .upload_most = serving->upload_most,
        .limit = &serving->limit,
        .spool = server_spool(),
        .log = serving->command->err,
        .changed = wake_jobs,
        .changed_context = serving,
    };
}

static struct moment job_now(void *context)
{
    (void)context;
    return clock_now();
}

static void job_tell(void *context, const char *words)
{
    (void)fprintf((FILE *)context, "level=error job=- trouble=\"%s\"\n", words);
}

/* Chores that cannot be put into the queue now are put there in a minute. */
static void wait_for_stop(struct serving *serving)
{
    struct arena arena = { 0 };

    ARENA_KEEP(outer, &arena);
    do {
        struct trouble said = { 0 };

        if (ARENA_GUARD(&arena) != 0 ||
            chores_add(&serving->chores, &arena, clock_now(), &said) != OK)
            job_tell(serving->command->err, said.text[0] == '\0' ? "out of memory" : said.text);
        job_runner_wake(serving->jobs);
        arena_free(&arena);
    } while (stop_sleep(CHORES_MS));
}

static enum err start_jobs(struct serving *serving)
{
    const struct job_runner_options options = {
        .db = serving->server.db,
        .outside = &real_outside,
        .clock = { job_now, NULL },
        .kinds = serving->chores.kinds,
        .workers = JOB_WORKERS,
        .look_most_ms = JOB_LOOK_MS,
        .tell = job_tell,
        .tell_context = serving->command->err,
    };

    return job_runner_start(serving->command->work, &options, &serving->jobs,
                            serving->command->trouble);
}

/* Threads are begun with the signals held back, so that they come to the one that waits. */
static enum err start_threads(struct serving *serving, const struct http_options *options)
{
    const struct http_service service = site_service(&serving->site);
    sigset_t all, before;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    enum err err = start_jobs(serving);
    if (err == OK)
        err = http_open(serving->command->work, options, &service, &serving->site.http,
                        serving->command->trouble);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return err;
}

/* A file for every connection, one for each upload or answer too large for memory, and the store's.
 * What the system does not grant shows as connections that wait. */
static void want_files(const struct http_limits *limits)
{
    const rlim_t wanted = 2 * limits->connections + 256;
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted)
        return;
    files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
    (void)setrlimit(RLIMIT_NOFILE, &files);
}

static enum err serve(struct serving *serving)
{
    struct command *command = serving->command;
    struct http_options options = {
        .limits = HTTP_LIMITS_USUAL,
        .names = serving->listening.names,
        .socket = serving->listening.socket,
        .proxied = serving->site.origin != NULL,
        .outside = &real_outside,
        .spool = serving->site.spool,
        .log = command->quiet ? NULL : command->err,
    };

    if (options.proxied)
        options.limits.per_address = 0;     /* they all come from the proxy */
    want_files(&options.limits);
    work_folders_sweep(&real_outside, serving->site.spool);
    enum err err = start_threads(serving, &options);
    if (err != OK) {
        (void)close(serving->listening.socket);
        job_runner_stop(serving->jobs);
        return err;
    }
    (void)fprintf(command->out, "Listening on %s\n", serving->listening.shown);
    (void)fflush(command->out);
    notify_tell("READY=1");
    wait_for_stop(serving);
    notify_tell("STOPPING=1");
    http_close(serving->site.http, CLOSE_MS);
    job_runner_stop(serving->jobs);
    stop_set(false);        /* to be told to stop is how it ends */
    return err;
}

enum err serve_run(struct command *command)
{
    struct serving serving = { .command = command };
    enum err err = server_open(command, &serving.server);

    if (err == OK)
        err = oidc_ready(command->trouble);
    if (err == OK)
        err = server_keys(command, &serving.server);
    if (err == OK)
        err = check_store(&serving);
    if (err == OK)
        err = read_limits(&serving);
    if (err == OK)
        err = chores_open(&serving.chores, command->work, &serving.server, command->trouble);
    if (err == OK)
        err = http_listen(command->arena,
                          settings_value(&serving.server.settings, "listen"),
                          settings_value(&serving.server.settings, "origin"),
                          &serving.listening, command->trouble);
    if (err == OK) {
        make_site(&serving);
        err = site_check(&serving.site, command->trouble);
    }
    if (err == OK)
        err = serve(&serving);
    server_close(&serving.server);
    return err;
}
