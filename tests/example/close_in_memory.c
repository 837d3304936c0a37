/* Closes a partnership that exists in memory only, and prints its bill: all that libochil asks of
 * another program. tests/example_test.py builds on what it prints. */
#include <stdio.h>

#include "engine/ochil.h"

#define FILE_OF(name, text) { name, { text, sizeof(text) - 1 } }

static const struct memory_file files[] = {
    FILE_OF("partnership.csv", "key,value\nyear,2014-15\n"),
    FILE_OF("partners.csv", "partner,name\nCLK,Clackmannanshire\nSTI,Stirling\n"),
    FILE_OF("services.csv", "service,name,lead\nschools,Schools,STI\n"),
    FILE_OF("pools.csv", "pool,name,service,kind,from,to,basis\nHQ,,schools,common,,,ROLL\n"),
    FILE_OF("bases.csv", "basis,name,kind,places,tolerance,estimate,actual,unit,source\n"
                         "ROLL,Pupils,measure,,,,,,\n"),
    FILE_OF("basis_values.csv", "basis,from,partner,value\nROLL,,CLK,6731\nROLL,,STI,12289\n"),
    FILE_OF("accounts.csv", "partner,account,group\nSTI,A1000,employees\n"),
    FILE_OF("cost_centres.csv", "partner,cost_centre,account,from,to,treatment,pool,bearer\n"
                                "STI,E10001,,,,common,HQ,\n"),
    FILE_OF("ledger/stirling.csv",
            "entry_id,partner,date,period,cost_centre,account,amount,description\n"
            "1,STI,2014-08-31,,E10001,A1000,1000.00,Head of Education\n"),
};

static enum err print(struct sink *sink, const void *bytes, size_t size, struct trouble *trouble)
{
    (void)sink;
    return fwrite(bytes, 1, size, stdout) == size ? OK : fail(trouble, ERR_IO, "cannot print");
}

static enum err ignore(struct sink *sink, const void *bytes, size_t size, struct trouble *trouble)
{
    (void)sink, (void)bytes, (void)size, (void)trouble;
    return OK;
}

static enum err begin_file(struct close_target *target, const char *name, struct sink **sink,
                           struct trouble *trouble)
{
    static struct sink printed = { print };
    static struct sink ignored = { ignore };

    (void)target, (void)trouble;
    *sink = strcmp(name, "bill.csv") == 0 ? &printed : &ignored;
    return OK;
}

static enum err end_file(struct close_target *target, struct trouble *trouble)
{
    (void)target, (void)trouble;
    return OK;
}

static enum err close_all(struct partnership *partnership, struct arena *arena,
                          struct trouble *trouble)
{
    struct memory_source source;
    struct close_target target = { begin_file, end_file };
    struct settlement_result result;
    enum err err;

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    memory_source_open(&source, files, COUNT(files), NULL);
    err = partnership_load(partnership, &source.source, arena, BOOK_LEDGER, NULL, trouble);
    if (err == OK)
        err = partnership_read(partnership, 1, false, NULL, trouble);
    if (err == OK && !partnership_is_refused(partnership))
        err = close_write(partnership, false, &target, &result, trouble);
    return err == OK && partnership_is_refused(partnership) ? ERR_REFUSED : err;
}

int main(void)
{
    struct arena arena = { 0 };
    struct trouble trouble = { .text = "" };
    struct partnership partnership = { 0 };
    enum err err = close_all(&partnership, &arena, &trouble);

    if (err != OK)
        (void)fprintf(stderr, "error %d: %s\n", (int)err, trouble.text);
    partnership_close(&partnership);
    arena_free(&arena);
    return (int)err;
}
