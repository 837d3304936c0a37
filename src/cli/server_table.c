#include "cli/server_table.h"

const struct option store_options[] = {
    { .name = "db", .value = "URL",
      .help = "The store: a file, or postgres://USER@HOST/NAME." },
    { .name = "keys", .value = "DIR", .kind = VALUE_FOLDER,
      .help = "The folder of the server's keys, which are never in the store." },
    { .name = "config", .value = "FILE", .kind = VALUE_FILE,
      .help = "Read settings from this file instead of ./ochil.conf and /etc/ochil/ochil.conf." },
    { 0 },
};

static const struct option init_options[] = {
    { .name = "council", .letter = 'c', .value = "CODE=NAME", .repeatable = true,
      .required = true,
      .help = "A council that shares the store, with its code as in partners.csv." },
    { .name = "role", .value = "NAME",
      .help = "PostgreSQL: the role that will serve, which is granted the tables' rows." },
    { 0 },
};

static const struct option migrate_options[] = {
    { .name = "role", .value = "NAME",
      .help = "PostgreSQL: the role that will serve, which is granted the tables' rows." },
    { .name = "dry-run", .help = "Say which migrations would be run, and run none." },
    { 0 },
};

static const struct option config_options[] = {
    { .name = "origin", .help = "Say where each value comes from." },
    { .name = "json", .help = "Print one JSON object instead of text." },
    { 0 },
};

static const struct option doctor_options[] = {
    { .name = "listen", .value = "ADDRESS", .help = "Where the server will listen." },
    { .name = "origin", .value = "URL", .help = "How browsers will reach it." },
    { .name = "json", .help = "Print one JSON object instead of text." },
    { 0 },
};

static const struct option serve_options[] = {
    { .name = "listen", .value = "ADDRESS",
      .help = "ADDRESS:PORT, unix:PATH, or systemd for the socket that it hands over." },
    { .name = "origin", .value = "URL",
      .help = "How browsers reach the web server in front, as in https://ochil.example.org." },
    { 0 },
};

static const struct action actions[] = {
    {
        .verb = "init", .run = server_forward_run,
        .summary = "Begin a store for councils that share services",
        .description =
            "Makes the store, its schema and the server's keys, names the councils, and prints for "
            "each council a link that its first administrator opens once to choose a name and a "
            "password. Hand each council its own link only: nobody has rights in two councils by "
            "holding both.\n\n"
            "The keys are written into a folder of their own, readable by its owner alone. "
            "Without them no kept file can ever be opened again, so keep a copy (ochil backup "
            "--to seals one for you). A store that was begun already is left as it is.\n\n"
            "On PostgreSQL the database is there, empty, in UTF-8 and sorted by bytes (LOCALE "
            "C.UTF-8); --db names its owner, --role the role that will serve.",
        .options = init_options, .shared = store_options,
        .example = {
            { "ochil init --council CLK=Clackmannanshire --council STI=Stirling",
              "A store in ochil.db and its keys in ochil.keys." },
            { "ochil init -c CLK=Clackmannanshire -c STI=Stirling "
              "--db postgres://owner@/ochil --role ochil",
              "In PostgreSQL, served later as the role ochil." },
        },
        .exits = { ERR_IO, ERR_CHECK, ERR_RIGHTS, ERR_CONFLICT, ERR_BUSY },
        .see_also = "migrate doctor conf",
    },
    {
        .verb = "migrate", .run = server_forward_run,
        .summary = "Bring a store to the version of this program",
        .description =
            "Runs the migrations that the store has not been through, each in one transaction "
            "with the row that records it. A SQLite store is copied first, beside the file; on "
            "PostgreSQL take a backup before.\n\n"
            "A store that a newer program has migrated is refused, and so is one whose past "
            "migrations are not those of this program.",
        .options = migrate_options, .shared = store_options,
        .example = {
            { "ochil migrate --dry-run", "What would be done?" },
            { "ochil migrate --db postgres://owner@/ochil --role ochil",
              "As the owner, and let the role ochil use what is new." },
        },
        .exits = { ERR_IO, ERR_CHECK, ERR_RIGHTS, ERR_MISSING, ERR_BUSY },
        .see_also = "init doctor",
    },
    {
        .verb = "config", .run = server_forward_run,
        .summary = "Show the settings in force",
        .description =
            "A setting comes from the first of these that has it: an option of the command; the "
            "environment (OCHIL_DB for db); ./ochil.conf; /etc/ochil/ochil.conf; what is usual. "
            "A file has a line 'name = value' for each setting, and lines that begin with # are "
            "notes. A name that is no setting is refused, so that a slip of the pen is not "
            "passed over.\n\n"
            "A password in a URL is not shown.",
        .options = config_options, .shared = store_options,
        .example = {
            { "ochil config", "Every setting." },
            { "ochil config --origin", "And which file, option or variable it comes from." },
        },
        .exits = { ERR_IO, ERR_CHECK },
        .see_also = "doctor conf",
    },
    {
        .verb = "doctor", .run = server_forward_run,
        .summary = "Look at the health of a store and its machine",
        .description =
            "Looks at versions, the schema, how the journal is kept, permissions, free space, "
            "the clock, the age of the last backup, the trail against the last checkpoint that a "
            "council cosigned, and settings that weaken security. Each line is good, a warning, "
            "or bad, and says what to do. It changes nothing and shows no council's records.\n\n"
            "If anything is bad the exit code is 4.",
        .options = doctor_options, .shared = store_options,
        .example = {
            { "ochil doctor", "Is all well?" },
            { "ochil doctor --json", "The same for a monitoring system." },
        },
        .exits = { ERR_IO, ERR_CHECK },
        .see_also = "config conf",
    },
    {
        .verb = "serve", .run = server_forward_run,
        .summary = "Serve the store to browsers and programs",
        .description =
            "Opens the store, looks whether it may be served, and answers until it is told to "
            "stop (Ctrl-C, SIGTERM); what has begun is ended first. One line for each request "
            "goes to standard error, without names, addresses or what was typed.\n\n"
            "It listens on this machine alone and does not encrypt: a web server in front (nginx) "
            "does. Say with --origin how browsers reach that one; it passes on the Host header "
            "and sets X-Forwarded-For. Without --origin the server is for this machine's own "
            "browser, at http://localhost:8080: the cookie asks for HTTPS, which browsers waive "
            "for localhost.\n\n"
            "Several servers may serve one PostgreSQL store: they share everything that must be "
            "shared through it. /healthz and /readyz tell a balancer how one is; /metrics answers "
            "this machine only.",
        .options = serve_options, .shared = store_options,
        .example = {
            { "ochil serve", "At http://127.0.0.1:8080, for this machine." },
            { "ochil serve --listen unix:/run/ochil/socket --origin https://ochil.example.org",
              "Behind nginx." },
        },
        .exits = { ERR_IO, ERR_CHECK, ERR_RIGHTS, ERR_MISSING, ERR_BUSY },
        .see_also = "init doctor conf",
    },
    { 0 },
};

const struct feature server_feature = { "server", "Running the server", actions };
