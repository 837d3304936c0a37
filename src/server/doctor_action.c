/*
 * server/doctor_action.c -- the health of a store and its machine, a line for each thing looked at.
 *
 * A check looks at one thing and writes one finding; whatever it cannot look at is a finding too,
 * so that nothing is passed over in silence. The table at the bottom is the list.
 */
#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <sys/statvfs.h>

#include "cli/answer.h"
#include "server/server.h"
#include "store/backup.h"
#include "store/council.h"
#include "store/health.h"
#include "store/store_url.h"
#include "store/trail_guard_io.h"

#define FREE_BAD ((uint64_t)256 << 20)
#define FREE_WARN ((uint64_t)2 << 30)
#define FINDINGS_MAX 32
#define BACKUP_HOURS 30

enum verdict { GOOD, WARNING, BAD };

static const char *const verdict_name[] = { [GOOD] = "good", [WARNING] = "warning", [BAD] = "bad" };

struct finding {
    const char  *about;
    enum verdict verdict;
    const char  *said;
};

struct visit {
    struct command *command;
    struct server   server;
    const char     *about;          /* what is being looked at */
    struct finding  finding[FINDINGS_MAX];
    size_t          findings;
    /* What the store says, once it was read. */
    bool                  read;
    struct store_health   health;
    struct store_identity identity;
    struct councils       councils;
    bool                  backed_up;
    struct moment         backup;       /* when the last one was made */
};

__attribute__((format(printf, 3, 4)))
static void find(struct visit *visit, enum verdict verdict, const char *format, ...)
{
    char said[sizeof(struct trouble)];
    va_list list;

    va_start(list, format);
    (void)vsnprintf(said, sizeof said, format, list);
    va_end(list);
    assert(visit->findings < FINDINGS_MAX);
    visit->finding[visit->findings++] = (struct finding){
        visit->about, verdict, arena_copy(visit->command->arena, said, strlen(said)) };
}

static const char *value_of(const struct visit *visit, const char *setting)
{
    return settings_value(&visit->server.settings, setting);
}

static bool on_server(const struct visit *visit)
{
    return visit->server.db != NULL && db_engine_of(visit->server.db) == DB_POSTGRES;
}

/* ---- the checks ---- */

static void look_at_program(struct visit *visit)
{
    find(visit, GOOD, "ochil %s, libsodium %s", OCHIL_VERSION, sodium_version_string());
}

static enum err read_store(struct tx *tx, void *context, struct trouble *trouble)
{
    struct visit *visit = context;
    enum err err = store_health_read(tx, visit->command->work, &visit->health, trouble);

    if (err == OK)
        err = store_identity_read(tx, visit->command->work, &visit->identity, trouble);
    if (err == OK)
        err = councils_read(tx, visit->command->work, &visit->councils, trouble);
    if (err == OK)
        err = backup_last(tx, &visit->backup, &visit->backed_up, trouble);
    return err;
}

static void look_at_store(struct visit *visit)
{
    struct trouble said = { 0 };
    const char *shown = setting_shown(visit->command->arena, value_of(visit, "db"));
    const struct db_options options = { .url = value_of(visit, "db"), .readers = 1,
                                        .must_exist = true };
    enum err err = db_open(visit->command->work, &options, &visit->server.db, &said);

    if (err == OK)
        err = schema_check(visit->server.db, server_migrations, &said);
    if (err == OK)
        err = db_read(visit->server.db, (struct db_scope){ .arena = visit->command->work },
                      read_store, visit, &said);
    visit->read = err == OK;
    if (err != OK)
        find(visit, BAD, "%s: %s", shown, said.text);
    else
        find(visit, GOOD, "%s, %s %.*s, store %.*s of %zu councils", shown,
             on_server(visit) ? "PostgreSQL" : "SQLite", TEXT(visit->health.version),
             TEXT(visit->identity.store), visit->councils.count);
}

static void look_at_journal(struct visit *visit)
{
    if (visit->server.db == NULL || on_server(visit))
        return;
    find(visit, GOOD, "%s, synchronous=FULL%s", db_journal(visit->server.db),
         strcmp(db_journal(visit->server.db), "wal") == 0 ? "" :
         " (this SQLite can lose pages with WAL; 3.51.3, 3.50.7 and 3.44.6 cannot)");
}

static void look_at_postgres(struct visit *visit)
{
    const struct store_health *health = &visit->health;

    if (!visit->read || !on_server(visit))
        return;
    if (!health->fsync || !health->full_pages || !health->waits)
        find(visit, BAD, "what is acknowledged can be lost: set%s%s%s on",
             health->fsync ? "" : " fsync", health->full_pages ? "" : " full_page_writes",
             health->waits ? "" : " synchronous_commit");
    else if (health->may_everything || health->passes_rights)
        find(visit, BAD, "this role passes the councils' row-level rights: serve as a role of its "
             "own (ochil migrate --role NAME)");
    else
        find(visit, GOOD, "commits reach the disk, row-level rights bind the role");
}

static void look_at_file(struct visit *visit)
{
    struct stat status;
    struct store_url url;

    if (on_server(visit) || store_url_read(value_of(visit, "db"), &url, NULL) != OK)
        return;
    if (real_outside.stat(url.place, &status) != 0)
        find(visit, BAD, "%s: %s", url.place, strerror(errno));
    else if ((status.st_mode & 077) != 0)
        find(visit, BAD, "%s can be read by others: chmod go= %s", url.place, url.place);
    else
        find(visit, GOOD, "%s is its owner's alone", url.place);
}

static void look_at_keys(struct visit *visit)
{
    struct trouble said = { 0 };
    struct keyring *keyring = &visit->server.keyring;

    if (keyring_open(&real_outside, visit->command->arena, value_of(visit, "keys"), keyring,
                     &said) != OK) {
        find(visit, BAD, "%s", said.text);
        return;
    }
    if (visit->read && memcmp(&keyring->public, &visit->identity.server,
                              sizeof keyring->public) != 0) {
        find(visit, BAD, "%s is another store's keyring", keyring->folder);
        return;
    }
    for (size_t i = 0; visit->read && i < visit->councils.count; i++) {
        if (keyring_master(keyring, visit->councils.council[i].code) == NULL) {
            find(visit, BAD, "%s has no key of %.*s: its evidence cannot be opened",
                 keyring->folder, TEXT(visit->councils.council[i].code));
            return;
        }
    }
    find(visit, GOOD, "%s has the keys of every council", keyring->folder);
}

static void look_at_trail(struct visit *visit)
{
    const struct keyring *keyring = &visit->server.keyring;
    struct trouble said = { 0 };

    if (!visit->read || !minisign_public_same(&keyring->public, &visit->identity.server))
        return;
    if (trail_guard_look(visit->server.db, &real_outside, visit->command->work, keyring, &said)
        != OK)
        find(visit, BAD, "%s", said.text);
    else
        find(visit, GOOD, "whole, and keeps every checkpoint that a council has cosigned");
}

/* Of the folder that the store's file stands in. */
static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? "." : arena_print(arena, "%.*s/", (int)(slash - path), path);
}

/* Only what this program has noted: PostgreSQL's own archive is not seen from here. */
static void look_at_backup(struct visit *visit)
{
    if (!visit->read)
        return;
    const int64_t hours = (clock_now().ms - visit->backup.ms) / 3600000;
    if (!visit->backed_up)
        find(visit, WARNING, "no backup was ever made: ochil backup --to KEY");
    else if (hours >= BACKUP_HOURS)
        find(visit, WARNING, "the last backup is %lld hours old: make one a day, and try it "
             "(ochil restore --drill)", (long long)hours);
    else
        find(visit, GOOD, "the last backup is %lld hours old", (long long)hours);
}

static void look_at_disk(struct visit *visit)
{
    struct statvfs disk;
    struct store_url url;

    if (on_server(visit) || store_url_read(value_of(visit, "db"), &url, NULL) != OK)
        return;
    const char *folder = folder_of(visit->command->arena, url.place);
    if (statvfs(folder, &disk) != 0) {
        find(visit, BAD, "%s: %s", folder, strerror(errno));
        return;
    }
    const uint64_t room = (uint64_t)disk.f_bavail * disk.f_frsize;
    find(visit, room < FREE_BAD ? BAD : room < FREE_WARN ? WARNING : GOOD,
         "%llu MiB free where the store stands%s", (unsigned long long)(room >> 20),
         room < FREE_WARN ? ": make room before imports fail" : "");
}

static void look_at_clock(struct visit *visit)
{
    if (clock_is_kept())
        find(visit, GOOD, "kept by other clocks");
    else
        find(visit, WARNING, "nothing keeps the clock: times in the trail may be wrong (its order "
             "is not; install systemd-timesyncd or chrony)");
}

static void look_at_serving(struct visit *visit)
{
    const char *listen = value_of(visit, "listen");
    const char *origin = value_of(visit, "origin");
    const bool here = strncmp(listen, "127.", 4) == 0 || strncmp(listen, "unix:", 5) == 0 ||
                      strncmp(listen, "[::1]", 5) == 0 || strncmp(listen, "localhost", 9) == 0;

    if (!here)
        find(visit, BAD, "%s can be reached without encryption: listen on 127.0.0.1 behind a web "
             "server with TLS", listen);
    else if (origin != NULL && strncmp(origin, "https://", 8) != 0)
        find(visit, BAD, "origin %s is not https", origin);
    else
        find(visit, GOOD, "%s, reached as %s", listen, origin == NULL ? "localhost only" : origin);
}

static const struct {
    const char *about;
    void      (*look)(struct visit *);
} checks[] = {
    { "program", look_at_program },
    { "store", look_at_store },
    { "journal", look_at_journal },
    { "postgres", look_at_postgres },
    { "file", look_at_file },
    { "keys", look_at_keys },
    { "trail", look_at_trail },
    { "backup", look_at_backup },
    { "disk", look_at_disk },
    { "clock", look_at_clock },
    { "serving", look_at_serving },
};

/* ---- the answer ---- */

static void print_text(const struct visit *visit)
{
    for (size_t i = 0; i < visit->findings; i++)
        (void)fprintf(visit->command->out, "%-8s %-8s %s\n",
                      verdict_name[visit->finding[i].verdict], visit->finding[i].about,
                      visit->finding[i].said);
}

static enum err print_json(const struct visit *visit, enum verdict worst)
{
    struct file_sink sink;
    struct json json;

    file_sink_open(&sink, visit->command->out);
    json_begin(&json, &sink.sink, JSON_PRETTY, visit->command->trouble);
    json_object(&json);
    json_word(&json, "verdict", verdict_name[worst]);
    json_key(&json, "findings");
    json_array(&json);
    for (size_t i = 0; i < visit->findings; i++) {
        json_object(&json);
        json_word(&json, "about", visit->finding[i].about);
        json_word(&json, "verdict", verdict_name[visit->finding[i].verdict]);
        json_path(&json, visit->command->arena, "said", visit->finding[i].said);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    return json_end(&json);
}

static enum err answer(struct visit *visit)
{
    enum verdict worst = GOOD;
    enum err err = OK;

    for (size_t i = 0; i < visit->findings; i++) {
        if (visit->finding[i].verdict > worst)
            worst = visit->finding[i].verdict;
    }
    if (command_has(visit->command, "json"))
        err = print_json(visit, worst);
    else
        print_text(visit);
    if (err == OK && worst == BAD)
        err = fail(visit->command->trouble, ERR_CHECK, "something is bad");
    return err;
}

enum err doctor_run(struct command *command)
{
    struct visit *visit = arena_take(command->arena, 1, sizeof *visit);
    enum err err;

    visit->command = command;
    err = server_begin(command, &visit->server);
    for (size_t i = 0; i < COUNT(checks) && err == OK; i++) {
        visit->about = checks[i].about;
        checks[i].look(visit);
    }
    if (err == OK)
        err = answer(visit);
    server_close(&visit->server);
    return err;
}
