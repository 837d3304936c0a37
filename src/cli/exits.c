#include "cli/exits.h"

const struct exit_code exit_codes[] = {
    { OK, "Done." },
    { ERR_REFUSED, "Refused: the input has faults. Nothing was written but the list of them." },
    { ERR_USAGE, "Wrong words on the command line, or a question that makes no sense." },
    { ERR_IO, "A file could not be read or written, or memory ran out." },
    { ERR_CHECK, "A check failed: it does not verify, or does not balance." },
    { ERR_RIGHTS, "Not allowed: a right or the password is missing, or the period is locked." },
    { ERR_MISSING, "What was asked for was not found." },
    { ERR_CONFLICT, "Somebody else changed it meanwhile." },
    { ERR_BUSY, "Busy for the moment: try again." },
    { ERR_BUG, "A fault in Ochil itself. Please report it." },
    { EXIT_STOPPED, "Stopped by Ctrl-C or by the system. Nothing was written." },
    { 0, NULL },
};

const char *exit_meaning(int code)
{
    for (const struct exit_code *row = exit_codes; row->meaning != NULL; row++) {
        if (row->code == code)
            return row->meaning;
    }
    return NULL;
}
