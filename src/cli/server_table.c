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

static const char *const second_factor_choices[] = { "off", "roles", "everybody", NULL };

static const struct option init_options[] = {
    { .name = "second-factor", .value = "WHOSE", .choices = second_factor_choices,
      .help = "Of whom every council asks for a code of a telephone: those who approve or "
              "administer (roles, which is usual), everybody, or nobody (off). Each council can "
              "change it." },
    { .name = "council", .letter = 'c', .value = "CODE=NAME", .repeatable = true,
      .help = "A council that shares the store, with its code as in partners.csv." },
    { .name = "sample", .help = "Make a store to try out: accounts for every role, one password, "
                                "and a year of money." },
    { .name = "without-year", .help = "With --sample: without the year of money." },
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

static const struct option backup_options[] = {
    { .name = "out", .letter = 'o', .value = "DIR", .kind = VALUE_FOLDER,
      .help = "The folder to make. Without it, one named after the moment, in the folder of the "
              "setting 'backups'." },
    { .name = "to", .value = "PUB", .kind = VALUE_FILE,
      .help = "Seal it to this public key (ochil backup key), and the server's keys with it." },
    { 0 },
};

static const struct option backup_key_options[] = {
    { .name = "out", .letter = 'o', .value = "FILE", .kind = VALUE_FILE, .required = true,
      .help = "The secret key's file; the public key goes to FILE.pub." },
    { 0 },
};

static const struct option backup_check_options[] = {
    { .name = "server-key", .value = "PUB", .required = true,
      .help = "The server's public key: its file (server.pub), or the key itself." },
    { 0 },
};

static const struct option restore_options[] = {
    { .name = "server-key", .value = "PUB",
      .help = "The server's public key: its file (server.pub), or the key itself. Without it, the "
              "one in the folder of keys." },
    { .name = "key", .letter = 'k', .value = "KEY", .kind = VALUE_FILE,
      .help = "The secret key that a sealed backup was sealed to." },
    { .name = "since", .value = "CHECKPOINT", .kind = VALUE_FILE,
      .help = "Refuse a backup that does not hold this checkpoint. Without it, the newest one in "
              "the folder of keys, if there is one." },
    { .name = "drill", .value = "DIR", .kind = VALUE_FOLDER,
      .help = "Restore for trial only, and write a report into this folder. --db then names an "
              "empty PostgreSQL database, if the trial is to use one." },
    { 0 },
};

static const struct option export_options[] = {
    { .name = "out", .letter = 'o', .value = "DIR", .kind = VALUE_FOLDER, .required = true,
      .help = "The folder to make." },
    { 0 },
};

static const char *const papers_books[] = { "ledger", "budget", "forecast", NULL };

static const struct option papers_options[] = {
    { .name = "out", .letter = 'o', .value = "DIR", .kind = VALUE_FOLDER, .required = true,
      .help = "The folder to write. It is written whole or not at all; one that is not empty is "
              "refused." },
    { .name = "paper", .value = "NAME", .repeatable = true,
      .help = "Only this one, such as bill.pdf or true-up.html. All unless given." },
    { .name = "book", .value = "BOOK", .choices = papers_books,
      .help = "The lines that were closed, as the documents say it: ledger unless given." },
    { .name = "layout", .value = "PARTNER=FILE", .repeatable = true,
      .help = "How the ledger of this partner takes a journal in." },
    { .name = "estimate", .value = "DIR", .kind = VALUE_FOLDER,
      .help = "What a close of the estimate wrote: the true-up is explained against it." },
    { .name = "estimate-folder", .value = "FOLDER", .kind = VALUE_FOLDER,
      .help = "The folder that the estimate was closed from, if its bases were others." },
    { .name = "made", .value = "DAY",
      .help = "The day that the documents say they were made on: the same day, the same bytes. "
              "Now, unless given." },
    { .name = "force", .help = "Replace a folder DIR that is not empty, whole." },
    { 0 },
};

static const struct option serve_options[] = {
    { .name = "listen", .value = "ADDRESS",
      .help = "ADDRESS:PORT, unix:PATH, or systemd for the socket that it hands over." },
    { .name = "origin", .value = "URL",
      .help = "How browsers reach the web server in front, as in https://ochil.example.org." },
    { 0 },
};

static const struct option trail_export_options[] = {
    { .name = "from", .value = "N", .kind = VALUE_NUMBER,
      .help = "Begin with this entry instead of the first." },
    { .name = "force", .help = "Replace a file that is there." },
    { 0 },
};

static const struct option checkpoint_make_options[] = {
    { .name = "force", .help = "Replace files that are there." },
    { 0 },
};

static const struct option watch_options[] = {
    { .name = "server", .value = "URL",
      .help = "The server: https://NAME, http:// on this machine, or unix:PATH. Without it, "
              "OCHIL_SERVER, or http://localhost:8080." },
    { .name = "token-file", .value = "FILE", .kind = VALUE_FILE,
      .help = "The file that holds the token of an account that may take extracts in. Without it, "
              "OCHIL_TOKEN_FILE." },
    { .name = "once", .help = "Take in what is there, and end." },
    { .name = "still", .value = "SECONDS", .kind = VALUE_NUMBER,
      .help = "For how long neither file may have changed before it is picked up; 10 unless "
              "given, 0 where files are renamed into the folder." },
    { .name = "every", .value = "SECONDS", .kind = VALUE_NUMBER,
      .help = "How often to look; 10 unless given." },
    { 0 },
};

static const struct option strings_options[] = {
    { .name = "missing", .help = "Only what is not translated." },
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
            { "ochil init --sample",
              "To try Ochil out: two councils, and an account for every role in each." },
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
        .verb = "backup", .run = server_forward_run,
        .summary = "Make a backup of the whole store while it is used",
        .description =
            "Writes a folder with the store as it is at one moment, a sum of every 4 KiB of it, "
            "and a manifest that the server signs: what it holds, table by table, and where the "
            "trail stands. A backup of SQLite or of PostgreSQL restores into either.\n\n"
            "With --to everything is sealed to a key whose secret half is kept away from the "
            "server, and the server's keys are sealed with it, so that a bare machine can serve "
            "again. Without --to the server's keys are not in the backup: keep a copy of their "
            "folder, or the evidence in the backup can never be read.\n\n"
            "On PostgreSQL the role must be shown the rows of every council: CREATE ROLE "
            "ochil_backup LOGIN BYPASSRLS IN ROLE ochil, where ochil is the role that serves. On "
            "SQLite others may write meanwhile; if a server writes all the time, it is asked to "
            "make the backup itself, a piece at a time, so that nobody waits for the whole of "
            "it.\n\n"
            "Nothing is ever deleted: how long backups are kept is for the councils to say.",
        .options = backup_options, .shared = store_options,
        .example = {
            { "ochil backup --out /mnt/backup/2026-04-01", "In the clear, for a disk at hand." },
            { "ochil backup --to council.backup.pub", "Sealed, for a place somewhere else." },
        },
        .exits = { ERR_IO, ERR_CHECK, ERR_RIGHTS, ERR_MISSING, ERR_BUSY },
        .see_also = "restore doctor conf",
    },
    {
        .verb = "backup key", .run = server_forward_run,
        .summary = "Make the key pair that backups are sealed to",
        .description =
            "Writes FILE, the secret key, and FILE.pub. The server needs FILE.pub alone. Keep "
            "FILE away from the server, in two places: without it no sealed backup can be opened, "
            "and whoever has it can open all.",
        .options = backup_key_options,
        .example = {
            { "ochil backup key --out council.backup", "Two files; one stays secret." },
            { "ochil backup key --out /media/safe/council.backup",
              "On a disk that is taken away." },
        },
        .exits = { ERR_IO },
        .see_also = "backup restore",
    },
    {
        .verb = "backup check", .run = server_forward_run,
        .summary = "Test that a backup is what it was when it was made",
        .description =
            "Tests the server's signature and every byte, and names the block that is damaged. "
            "Nothing is opened, so whoever keeps a sealed backup can do it without its key. "
            "Whether it can be used, a drill shows: ochil restore --drill.",
        .argument = { { .name = "DIR", .kind = VALUE_FOLDER, .help = "The backup." } },
        .options = backup_check_options,
        .example = {
            { "ochil backup check 2026-04-01 --server-key server.pub", "With the key's file." },
            { "ochil backup check 2026-04-01 --server-key "
              "RWQEBQYAAAAAAJG9Xv0PQZhKp9ktJUcLBGXePjUd9fLJyKJ4T2yBbXKI", "With the key itself." },
        },
        .exits = { ERR_IO, ERR_CHECK },
        .see_also = "backup restore",
    },
    {
        .verb = "restore", .run = server_forward_run,
        .summary = "Restore a backup to a new place, or try whether it can be",
        .description =
            "Tests the backup block by block, then the store in it: SQLite's own checks, every "
            "table against the manifest, the trail against the checkpoint. Only then does it take "
            "its place: all of it or nothing. --db names a file that is not there, or an empty "
            "PostgreSQL database by its owner; nothing is ever overwritten. The keys of a sealed "
            "backup go into the folder --keys, if that is not there yet.\n\n"
            "An older backup than the last checkpoint that a council has signed is refused: "
            "entries that were acknowledged would be lost without a trace. If there is no other, "
            "the councils must agree to go on from it.\n\n"
            "With --drill it is restored to a place beside the report, audited, and taken away "
            "again. The report is for an auditor: drill.md to be read, drill.json signed by the "
            "server.",
        .argument = { { .name = "DIR", .kind = VALUE_FOLDER, .help = "The backup." } },
        .options = restore_options, .shared = store_options,
        .example = {
            { "ochil restore 2026-04-01 --drill drill-2026-04", "Is it of any use?" },
            { "ochil restore 2026-04-01 --db new.db --keys new.keys --key council.backup "
              "--server-key server.pub", "On a bare machine, from a sealed backup." },
            { "ochil restore 2026-04-01 --db postgres://owner@/ochil",
              "From a file of SQLite to PostgreSQL; then ochil migrate --role grants its use." },
        },
        .exits = { ERR_IO, ERR_CHECK, ERR_RIGHTS, ERR_MISSING, ERR_CONFLICT, ERR_BUSY },
        .see_also = "backup migrate",
    },
    {
        .verb = "export", .run = server_forward_run,
        .summary = "Write the system's own tables as CSV and JSON lines",
        .description =
            "Writes a file of CSV and one of JSON lines for each table that is no council's -- the "
            "schema, the councils, their public keys, hashes of the trail -- with schema.json to "
            "describe them, and how many rows every table has. What a council recorded is not in "
            "it: to run the machine is no right in it, and each council exports its own, on the "
            "page Full export or by POST /api/v1/exports.",
        .options = export_options, .shared = store_options,
        .example = {
            { "ochil export --out export", "A folder of CSV files." },
            { "ochil export --out export --db postgres://ochil@/ochil", "From PostgreSQL." },
        },
        .exits = { ERR_IO, ERR_CHECK, ERR_RIGHTS, ERR_BUSY },
        .see_also = "backup",
    },
    {
        .verb = "papers", .run = server_forward_run,
        .summary = "Write the documents of a close: bills, journals, true-ups",
        .description =
            "Reads a partnership folder and what `ochil close` wrote from it, and writes for each "
            "partner a bill and statement, a journal, a true-up by cause and instalments as HTML, "
            "PDF, XLSX and ODS, the journal's file for its own ledger, and plain-text accounting "
            "for ledger, hledger and beancount. No figure is worked out anew: the documents say "
            "what the close says, and are refused when it does not add up.\n\n"
            "PDFs are tagged for screen readers. The true-up is there when something was billed "
            "on account (billed.csv) or an estimate is given. No store is needed.\n\n"
            "A layout is a text with a line 'column HEADING = FIELD' for each column of the "
            "ledger's journal file, the date's and amounts' form, and 'account GROUP = CODE'.",
        .argument = {
            { .name = "FOLDER", .kind = VALUE_FOLDER, .help = "The partnership folder." },
            { .name = "CLOSED", .kind = VALUE_FOLDER, .help = "What ochil close wrote." },
        },
        .options = papers_options,
        .example = {
            { "ochil papers 2014-15 p06 --out papers --made 2014-10-14",
              "Every document of every partner." },
            { "ochil papers 2014-15 year --out papers --estimate budget --layout CLK=clk.layout",
              "With the true-up against the budget, and CLK's own journal." },
        },
        .exits = { ERR_REFUSED, ERR_IO, ERR_CHECK, ERR_MISSING },
        .see_also = "close",
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
            { "ochil serve --listen unix:/run/ochil/http.sock --origin https://ochil.example.org",
              "Behind nginx." },
        },
        .exits = { ERR_IO, ERR_CHECK, ERR_RIGHTS, ERR_MISSING, ERR_BUSY },
        .see_also = "init doctor conf",
    },
    {
        .verb = "watch", .run = server_forward_run,
        .summary = "Take in extracts that a ledger system drops in a folder",
        .description =
            "An extract is taken in through the API of a server, with a token, when its control "
            "file lies beside it: ledger.csv.control for ledger.csv, with a line each for 'year = "
            "2014-15', 'lines = 1423' and 'total = 811203.50', as the ledger system counts them, "
            "and if need be 'book' (ledger, budget or forecast), 'system' (whose newest profile "
            "it is read with; else as the last import), 'sha256', 'personal = yes' and 'why' (it "
            "comes though a period is closed softly). Write the control file last.\n\n"
            "Both files are moved into DIR/working, and from there with a receipt into DIR/done, "
            "or DIR/refused with errors.csv, the refused rows in the extract's own columns. All "
            "rows are taken in, or none. Whenever the watch is stopped or killed, the next one "
            "goes on where it was: no extract is lost, none is taken in twice. One watch at a "
            "time works in a folder.\n\n"
            "For each extract that has come to its end a line is printed: taken or refused, the "
            "import's number, the file's name, what came of it. With --once the exit code is 1 if "
            "any was refused, and 8 if something must wait because no server answers; without, it "
            "goes on until it is stopped.",
        .argument = { { .name = "DIR", .kind = VALUE_FOLDER, .help = "The drop folder." } },
        .options = watch_options,
        .example = {
            { "ochil watch /srv/ledger-drop", "Until Ctrl-C." },
            { "ochil watch /srv/ledger-drop --once --server https://ochil.example.org",
              "From cron." },
        },
        .exits = { ERR_REFUSED, ERR_IO, ERR_CHECK, ERR_RIGHTS, ERR_MISSING, ERR_BUSY },
        .see_also = "serve convert",
    },
    {
        .verb = "strings", .run = server_forward_run,
        .summary = "List the words of the pages, for translating",
        .description =
            "Prints a line for each string of the pages, sentences, headings and labels: its "
            "name (- without one: it is known by its English), the English and the Gaelic, with "
            "a tab between them. What is not translated stands in English on a Gaelic page, "
            "marked as English. No store is needed.",
        .options = strings_options, .shared = store_options,
        .example = {
            { "ochil strings", "All of them." },
            { "ochil strings --missing >for-the-translator.tsv", "What is left to do." },
        },
        .exits = { ERR_IO },
        .see_also = "serve",
    },
    {
        .verb = "trail export", .run = server_forward_run,
        .summary = "Write the trail of the store into a file that can be verified",
        .description =
            "Writes every entry of the trail with its hash, and every checkpoint with its "
            "signatures. Whoever runs the machine has no right in any council's records: here the "
            "system's own entries are shown and every council's are withheld, which anyone can "
            "verify all the same (ochil trail verify). A council exports its own entries from "
            "the server, signed in.\n\n"
            "Others go on writing meanwhile; the export ends with the entry that was the last "
            "when it began.",
        .argument = { { .name = "FILE", .kind = VALUE_FILE, .help = "The file to write." } },
        .options = trail_export_options, .shared = store_options,
        .example = {
            { "ochil trail export trail.jsonl", "All of it." },
            { "ochil trail export new.jsonl --from 1235", "What came after entry 1234." },
        },
        .exits = { ERR_IO, ERR_CHECK, ERR_MISSING, ERR_BUSY },
        .see_also = "doctor keygen",
    },
    {
        .verb = "checkpoint make", .run = server_forward_run,
        .summary = "Make a checkpoint of the trail, signed by the server",
        .description =
            "Writes where the trail stands now into CHECKPOINT and the server's signature beside "
            "it, as CHECKPOINT.server.minisig; both are kept in the store, too. Hand both to each "
            "council, which signs on a machine of its own (ochil checkpoint sign) and gives back "
            "a signature for ochil checkpoint take.\n\n"
            "Before, the trail is checked as it is before the store is served.",
        .argument = { { .name = "CHECKPOINT", .kind = VALUE_FILE, .help = "The file to write." } },
        .options = checkpoint_make_options, .shared = store_options,
        .example = {
            { "ochil checkpoint make 2026-04.checkpoint",
              "Write 2026-04.checkpoint and 2026-04.checkpoint.server.minisig." },
            { "minisign -V -p ochil.keys/server.pub -m 2026-04.checkpoint "
              "-x 2026-04.checkpoint.server.minisig", "Check it without Ochil." },
        },
        .exits = { ERR_IO, ERR_CHECK, ERR_RIGHTS, ERR_MISSING, ERR_BUSY },
        .see_also = "doctor keygen",
    },
    {
        .verb = "checkpoint take", .run = server_forward_run,
        .summary = "Take in the councils' signatures under a checkpoint",
        .description =
            "Reads CHECKPOINT and, beside it, CHECKPOINT.CODE.minisig of every council of the "
            "store, tests each signature against the council's key, and keeps it. From then on a "
            "store that does not hold these entries, because it is older or another one, is not "
            "served: the newest of these checkpoints is also kept beside the server's keys.\n\n"
            "A checkpoint that this store has not made, although the server's key signed it, shows "
            "that the store is older than what the council knows. It is kept beside the keys all "
            "the same (CHECKPOINT.server.minisig must be there), and the exit code is 4.",
        .argument = { { .name = "CHECKPOINT", .kind = VALUE_FILE,
                        .help = "The checkpoint, with its signatures beside it." } },
        .shared = store_options,
        .example = {
            { "ochil checkpoint take 2026-04.checkpoint",
              "Take in 2026-04.checkpoint.CLK.minisig and 2026-04.checkpoint.STI.minisig." },
            { "ochil checkpoint take 2026-04.checkpoint --quiet", "Without a word." },
        },
        .exits = { ERR_IO, ERR_CHECK, ERR_RIGHTS, ERR_MISSING, ERR_BUSY },
        .see_also = "doctor keygen",
    },
    { 0 },
};

const struct feature server_feature = { "server", "Running the server", actions };
