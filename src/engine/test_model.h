/*
 * engine/test_model.h -- for tests only: a partnership in memory, written in a few lines.
 *
 *     struct test_partnership p;
 *     test_partnership_open(&p, &arena);
 *     test_file_set(&p, "pools.csv", "pool,name,service,kind,from,to,basis\n...");
 *     test_model_load(&p);
 *     ... p.model, p.faults ...
 *     model_close(&p.model);
 *
 * What is not set is a small partnership of two councils in which nothing is wrong. Everything
 * asserts: a test without its input cannot go on.
 */
#ifndef OCHIL_TEST_MODEL_H
#define OCHIL_TEST_MODEL_H

#include <assert.h>

#include "engine/ledger.h"

#define TEST_FILES 32

struct test_partnership {
    struct arena        *arena;
    struct memory_file   file[TEST_FILES];
    size_t               files;
    struct memory_source source;
    struct faults        faults;
    struct model         model;
    bool                 usable;
    struct book_files    book;
};

static const struct memory_file test_defaults[] = {
    { "partnership.csv", { "key,value\nyear,2014-15\n", 23 } },
    { "partners.csv", { "partner,name\nCLK,Clackmannanshire\nSTI,Stirling\n", 47 } },
    { "services.csv", { "service,name,lead\nSW,Social work,STI\nED,Education,CLK\n", 54 } },
    { "bases.csv", { "basis,name,kind,places,tolerance,estimate,actual,unit,source\n"
                     "EQ,Equal,equal,,,,,,\n", 82 } },
    { "basis_values.csv", { "basis,from,partner,value\n", 25 } },
    { "pools.csv", { "pool,name,service,kind,from,to,basis\nHQ,Head office,SW,,,,EQ\n", 61 } },
    { "accounts.csv", { "partner,account,group\nCLK,10,Pay\nSTI,10,Pay\n", 44 } },
    { "cost_centres.csv", { "partner,cost_centre,account,from,to,treatment,pool,bearer\n"
                            "CLK,C,,,,common,HQ,\nSTI,C,,,,common,HQ,\n", 98 } },
};

/* A file with these bytes; NULL: there is none. */
static inline void test_file_set_bytes(struct test_partnership *p, const char *name,
                                       struct text bytes)
{
    size_t i = 0;

    while (i < p->files && strcmp(p->file[i].name, name) != 0)
        i++;
    if (bytes.data == NULL) {
        if (i < p->files)
            p->file[i] = p->file[--p->files];
        return;
    }
    assert(i < TEST_FILES);
    p->files += i == p->files;
    p->file[i] = (struct memory_file){ name, bytes };
}

static inline void test_file_set(struct test_partnership *p, const char *name, const char *text)
{
    struct text none = { NULL, 0 };

    test_file_set_bytes(p, name, text == NULL ? none : text_of(text));
}

static inline void test_partnership_open(struct test_partnership *p, struct arena *arena)
{
    *p = (struct test_partnership){ .arena = arena };
    for (size_t i = 0; i < COUNT(test_defaults); i++) {
        assert(strlen(test_defaults[i].bytes.data) == test_defaults[i].bytes.size);
        test_file_set_bytes(p, test_defaults[i].name, test_defaults[i].bytes);
    }
}

/* Reads the model; its faults are in p->faults. */
static inline void test_model_load(struct test_partnership *p)
{
    struct trouble trouble = { "" };

    memory_source_open(&p->source, p->file, p->files, NULL);
    faults_open(&p->faults, p->arena);
    enum err err = model_load(&p->source.source, p->arena, true, &p->faults, &p->model,
                              &p->usable, &trouble);
    assert(err == OK && trouble.text[0] == '\0');
}

/* Lists the ledger files; to be called after the model is loaded. */
static inline void test_ledger_list(struct test_partnership *p)
{
    struct trouble trouble = { "" };
    enum err err = ledger_list(&p->source.source, p->arena, BOOK_LEDGER, &p->faults, &p->book,
                               &trouble);

    assert(err == OK && trouble.text[0] == '\0');
}

/* "pools.csv 3 POOL HQ; ...", sorted as in errors.csv. */
static inline const char *test_faults_shown(struct faults *faults, struct arena *arena)
{
    const char *shown = "";

    faults_sort(faults);
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->fault[i];
        shown = arena_print(arena, "%s%s%s %llu %s%s%.*s", shown, i == 0 ? "" : "; ",
                            fault_file(faults, fault->file), (unsigned long long)fault->line,
                            fault_name(fault->code), fault->value.size == 0 ? "" : " ",
                            TEXT(fault->value));
    }
    return shown;
}

#endif
