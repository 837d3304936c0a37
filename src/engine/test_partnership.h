/*
 * engine/test_partnership.h -- for tests only: a small partnership in memory.
 *
 * Two councils, CLK and STI; pools ED (by ROLL), SW (by POP) and the support pool HR; a test adds
 * what it needs by giving files of its own, which stand in front of these.
 */
#ifndef OCHIL_TEST_PARTNERSHIP_H
#define OCHIL_TEST_PARTNERSHIP_H

#include "engine/partnership.h"

#define TEST_FILE(file_name, content) { file_name, { content, sizeof(content) - 1 } }

static const struct memory_file test_usual_files[] = {
    TEST_FILE("partnership.csv", "key,value\nname,Test\nyear,2014-15\n"),
    TEST_FILE("partners.csv", "partner,name\nCLK,Clackmannanshire\nSTI,Stirling\n"),
    TEST_FILE("services.csv", "service,name,lead\neducation,Education,STI\n"),
    TEST_FILE("pools.csv", "pool,name,service,kind,from,to,basis\n"
                           "ED,Education,education,,,,ROLL\n"
                           "SW,Social work,education,common,,,POP\n"
                           "HR,HR support,education,support,,,\n"),
    TEST_FILE("bases.csv", "basis,name,kind,places,tolerance,estimate,actual,unit,source\n"
                           "ROLL,Pupil roll,measure,,,,,pupils,Census\n"
                           "POP,Population,measure,,,,,persons,NRS\n"
                           "PLAN,Agreed split,fixed,,,,,,Minute\n"),
    TEST_FILE("basis_values.csv", "basis,from,partner,value\n"
                                  "ROLL,,CLK,1\nROLL,,STI,2\n"
                                  "POP,,CLK,1\nPOP,,STI,1\nPOP,2014-15/P06,STI,3\n"
                                  "PLAN,,CLK,25\nPLAN,,STI,75\n"),
    TEST_FILE("accounts.csv", "partner,account,group\nCLK,10,pay\nSTI,A,pay\n"),
    TEST_FILE("cost_centres.csv", "partner,cost_centre,account,from,to,treatment,pool,bearer\n"
                                  "CLK,C1,,,,common,ED,\n"
                                  "STI,S1,,,,common,SW,\n"
                                  "STI,S2,,,,direct,SW,CLK\n"
                                  "CLK,C2,,,,support,HR,\n"
                                  "CLK,C3,,,,excluded,,\n"),
    TEST_FILE("support.csv", "pool,from,receiver,value\nHR,,ED,1\nHR,,SW,3\n"),
};

/* The usual files with `file[0..count)` in front; both sources must outlive the partnership. */
static inline struct source *test_source(struct memory_source both[2],
                                         const struct memory_file *file, size_t count)
{
    memory_source_open(&both[1], test_usual_files, COUNT(test_usual_files), NULL);
    memory_source_open(&both[0], file, count, &both[1].source);
    return &both[0].source;
}

#endif
