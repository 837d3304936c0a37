#include <errno.h>
#include <sodium.h>

#include "base/secret_outside.h"
#include "formats/output_io.h"
#include "identity/login_setting.h"
#include "identity/account_password.h"
#include "identity/one_time_link.h"
#include "server/sample.h"
#include "server/sample_year.h"
#include "server/server.h"
#include "store/council.h"

struct init {
    struct command *command;
    struct server  *server;
    struct councils councils;
    char            store[STORE_DIGITS + 1];
    struct moment   now;
    bool            made_keys;
    bool            sample;
    bool            year;           /* with a sample's year of money */
    struct text     password;       /* of a sample's accounts, as kept */
    struct login_setting login;     /* of every council, at first */
    struct secret   link[KEYRING_MASTERS_MAX];      /* of each council's first administrator */
};

/* "CLK=Clackmannanshire" */
static enum err take_council(struct init *init, const char *word)
{
    const char *equals = strchr(word, '=');
    struct council *council = &init->councils.council[init->councils.count];

    if (equals == NULL || equals[1] == '\0')
        return fail(init->command->trouble, ERR_USAGE, "--council '%s': a code, =, and a name, as "
                    "in CLK=Clackmannanshire", word);
    *council = (struct council){ .id = (int64_t)init->councils.count + 1,
                                 .code = { word, (size_t)(equals - word) },
                                 .name = text_of(equals + 1) };
    for (size_t i = 0; i < init->councils.count; i++) {
        if (text_equal(init->councils.council[i].code, council->code))
            return fail(init->command->trouble, ERR_USAGE, "--council %.*s is given twice",
                        TEXT(council->code));
    }
    init->councils.count++;
    return council_judge(council, init->command->trouble);
}

static enum err take_councils(struct init *init)
{
    size_t count;
    const char *const *word = command_values(init->command, "council", &count);
    enum err err = OK;

    if (count == 0 && init->sample) {
        init->councils = sample_councils;
        return OK;
    }
    init->councils.council = arena_take(init->command->arena, count,
                                        sizeof *init->councils.council);
    for (size_t i = 0; i < count && err == OK; i++)
        err = take_council(init, word[i]);
    if (err == OK && (count < 2 || count > KEYRING_MASTERS_MAX))
        err = fail(init->command->trouble, ERR_USAGE, "a service is shared by 2 to %d councils, "
                   "and %zu is given", KEYRING_MASTERS_MAX, count);
    return err;
}

/* ERR_CONFLICT: somebody has begun it. */
static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    struct init *init = context;
    struct store_identity identity;
    struct trouble said = { 0 };
    enum err err = store_identity_read(tx, init->command->work, &identity, &said);

    if (err == ERR_MISSING)
        return OK;
    if (err != OK)
        return fail(trouble, err, "%s", said.text);
    return fail(trouble, ERR_CONFLICT, "the store was begun already (it is %.*s); nothing was "
                "changed", TEXT(identity.store));
}

/* Keys that an interrupted init has left are used. */
static enum err open_keys(struct init *init)
{
    struct command *command = init->command;
    struct keyring *keyring = &init->server->keyring;
    const char *folder = settings_value(&init->server->settings, "keys");
    struct text *code = arena_take(command->arena, init->councils.count, sizeof *code);
    struct stat status;
    enum err err;

    for (size_t i = 0; i < init->councils.count; i++)
        code[i] = init->councils.council[i].code;
    if (real_outside.stat(folder, &status) != 0 && errno == ENOENT) {
        err = keyring_make(&secret_outside, command->arena, folder, code, init->councils.count,
                           keyring, command->trouble);
        init->made_keys = err == OK;
        return err;
    }
    err = server_keys(command, init->server);
    for (size_t i = 0; i < init->councils.count && err == OK; i++) {
        if (keyring_master(keyring, code[i]) == NULL)
            err = fail(command->trouble, ERR_MISSING, "%s is there but has no key of %.*s: name "
                       "another folder with --keys", folder, TEXT(code[i]));
    }
    return err;
}

static enum err begin(struct tx *tx, void *context, struct trouble *trouble)
{
    struct init *init = context;
    const struct store_identity identity = { text_of(init->store),
                                             init->server->keyring.public, init->sample };
    const struct happening happening = { init->now, &real_outside, { "", 0 } };
    enum err err = look(tx, init, trouble);

    if (err == OK)
        err = store_identity_add(tx, init->command->work, &identity, init->now, trouble);
    for (size_t i = 0; i < init->councils.count && err == OK; i++)
        err = council_add(tx, &init->councils.council[i], trouble);
    for (size_t i = 0; i < init->councils.count && err == OK; i++)
        err = login_setting_write(tx, &happening, text_of("system"),
                                  init->councils.council[i].id, &init->login, trouble);
    if (err == OK && init->sample)
        return sample_fill(tx, init->command->work, &happening, &init->councils, init->password,
                           trouble);
    for (size_t i = 0; i < init->councils.count && err == OK; i++)
        err = link_make(tx, &happening, text_of("system"),
                        &(struct one_time_link){ .council = init->councils.council[i].id },
                        &init->link[i], trouble);
    return err;
}

/* The store was not begun: so neither are its keys. */
static enum err take_keys_back(const struct init *init, enum err err)
{
    struct trouble said = { 0 };

    if (delete_whole(&real_outside, init->server->keyring.folder, &said) != OK)
        command_say(init->command, "%s", said.text);
    return err;
}

static enum err make_store(struct init *init)
{
    struct command *command = init->command;
    const struct migrating plan = { server_migrations, init->now,
                                    command_value(command, "role") };
    const struct db_scope nobody = { .arena = command->work };
    unsigned char id[STORE_DIGITS / 2];
    struct migrated done;
    enum err err = schema_migrate(init->server->db, &plan, &done, command->trouble);

    if (err == OK)
        err = db_read(init->server->db, nobody, look, init, command->trouble);
    if (err == OK && real_outside.random(id, sizeof id) != 0)
        err = fail(command->trouble, ERR_IO, "random bytes: %s", strerror(errno));
    if (err != OK)
        return err;
    (void)sodium_bin2hex(init->store, sizeof init->store, id, sizeof id);
    err = open_keys(init);
    if (err == OK)
        err = db_write(init->server->db, nobody, begin, init, command->trouble);
    if (err != OK && init->made_keys && strncmp(command->trouble->text, DB_OUTCOME_UNKNOWN,
                                                strlen(DB_OUTCOME_UNKNOWN)) != 0)
        return take_keys_back(init, err);
    if (err == OK && init->year)
        err = sample_year_fill(init->server, command->work, &init->councils, init->now,
                               command->trouble);
    return err;
}

static void tell(const struct init *init)
{
    const struct settings *settings = &init->server->settings;
    const char *origin = settings_value(settings, "origin");
    FILE *out = init->command->out;

    (void)fprintf(out, "The store %s is begun in %s.\n", init->store,
                  setting_shown(init->command->arena, settings_value(settings, "db")));
    (void)fprintf(out, "Its keys stand in %s: keep a copy of that folder in a safe place. Without "
                  "it no kept file can be opened again.\n", settings_value(settings, "keys"));
    if (init->sample) {
        (void)fprintf(out, "\nWho can sign in:\n\n");
        sample_tell(&init->councils, init->command->arena, out);
        return;
    }
    for (size_t i = 0; i < init->councils.count; i++)
        (void)fprintf(out, "%.*s  %.*s: its first administrator opens %s/first/%s once, within "
                      "seven days.\n", TEXT(init->councils.council[i].code),
                      TEXT(init->councils.council[i].name),
                      origin != NULL ? origin : "http://localhost:8080", init->link[i].text);
}

enum err init_run(struct command *command)
{
    struct server server = { .db = NULL };
    struct init init = { .command = command, .server = &server, .now = clock_now() };
    const char *rule = command_value(command, "second-factor");
    enum err err;

    init.sample = command_has(command, "sample");
    init.login = (struct login_setting){
        init.sample ? SECOND_FACTOR_OFF : SECOND_FACTOR_ROLES, true
    };
    err = take_councils(&init);
    init.year = init.sample && !command_has(command, "without-year") &&
                sample_year_fits(&init.councils);
    if (err == OK && rule != NULL && !second_factor_rule_parse(text_of(rule), &init.login.rule))
        err = ERR_BUG;      /* the table lets no other word pass */
    if (err == OK && init.sample)
        err = password_keep(&secret_outside, PASSWORD_COST_USUAL, command->arena,
                            text_of(SAMPLE_PASSWORD), &init.password, command->trouble);
    if (err == OK)
        err = server_open_new(command, &server);
    if (err == OK)
        err = make_store(&init);
    if (err == OK)
        tell(&init);
    server_close(&server);
    return err;
}
