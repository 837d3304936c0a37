#include "cli/setting.h"

#include "base/arena.h"

const struct setting setting_table[] = {
    { "db", "URL", "ochil.db",
      "The store: a file of SQLite, or postgres://USER@HOST/NAME. Keep a password out of it: "
      "?passfile=FILE names a file that holds it." },
    { "keys", "DIR", "ochil.keys",
      "The folder of the server's keys. Its files are readable by their owner alone." },
    { "listen", "ADDRESS", "127.0.0.1:8080",
      "Where the server listens: ADDRESS:PORT, or unix:PATH for a socket. Encryption is left to "
      "the web server in front." },
    { "origin", "URL", NULL,
      "How browsers reach the server, as in https://ochil.example.org. A form sent from any other "
      "page is refused. Without it, http://localhost and the port that is listened on." },
    { "backups", "DIR", NULL,
      "The folder that the server puts a backup into every day, and ochil backup without --out." },
    { "backup-key", "PUB", NULL,
      "The public key that the server's own backups are sealed to (ochil backup key makes one). "
      "Without it they are not sealed, and do not hold the server's keys." },
    { "upload-most", "MIB", "1024",
      "The largest file that somebody may send, with the form around it: 1 to 1048576 MiB." },
    { "api-calls", "CALLS", "3000",
      "How often a minute a program may call with one token of the API, at each server: 1 to "
      "1000000. 0: without end." },
    { NULL, NULL, NULL, NULL },
};

void setting_page(struct page *page, struct arena *arena)
{
    page_section(page, "description");
    page_paragraphs(page,
        "A setting comes from the first of these that has it: an option of the command, the "
        "environment, ./ochil.conf, /etc/ochil/ochil.conf, what is usual. With --config FILE only "
        "that file is read.\n\n"
        "The file has a line 'name = value' for each setting. A line that is blank or begins "
        "with # is passed over. A name that is no setting, and one that stands there twice, are "
        "refused.");
    page_section(page, "settings");
    for (const struct setting *row = setting_table; row->name != NULL; row++)
        page_term(page, arena_print(arena, "%s = %s", row->name, row->value),
                  row->usual == NULL ? row->help
                                     : arena_print(arena, "%s Usually %s.", row->help,
                                                   row->usual));
}
