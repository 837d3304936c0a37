/*
 * engine/test_fault.h -- for tests only: a piece of work in which each thing fails in its turn.
 *
 *     test_fault_calls(&work)    every call of the outside world
 *     test_fault_memory(&work)   every piece taken from an arena, and every chunk that it asks for
 *
 * Whatever fails, the work either succeeds as if nothing had, to the byte, or it fails with a
 * message and the disk is as it was. What could not be undone (a disk that fails for good) may be
 * left behind only if the message names it. No file stays open, no thread goes on, no guard of
 * an arena outlives its function; the address sanitizer and valgrind look after the memory.
 */
#ifndef OCHIL_TEST_FAULT_H
#define OCHIL_TEST_FAULT_H

#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <stdarg.h>

#include "base/arena.h"
#include "base/fault_io.h"
#include "base/test_cases.h"
#include "base/test_folder.h"

struct test_work {
    const char *name;
    enum err    good;            /* OK, or ERR_REFUSED: what it gives when nothing fails */
    void      (*prepare)(const char *home);   /* what stands in the empty folder; or NULL */
    enum err  (*run)(const struct test_work *, const struct outside *, struct arena *,
                     const char *home, struct trouble *);
    const char *folder, *through;
    int         threads;
    bool        certificate, force;
};

/* ---- what is on the disk ---- */

static inline int test_remove_one(const char *path, const struct stat *status, int kind,
                                  struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void test_home_empty(const char *home)
{
    (void)nftw(home, test_remove_one, 8, FTW_DEPTH | FTW_PHYS);
    int made = mkdir(home, 0777);
    assert(made == 0);
}

static inline void test_snap_file(FILE *into, const char *path)
{
    char bytes[4096];
    size_t got;
    FILE *file = fopen(path, "rb");

    assert(file != NULL);
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        (void)fwrite(bytes, 1, got, into);
    (void)fclose(file);
}

static inline void test_snap(FILE *into, const char *path, size_t prefix)
{
    struct dirent **entry;
    int count = scandir(path, &entry, NULL, alphasort);

    if (count < 0) {
        (void)fprintf(into, "%s\n", path + prefix);
        test_snap_file(into, path);
        return;
    }
    (void)fprintf(into, "%s/\n", path + prefix);
    for (int i = 0; i < count; i++) {
        char below[TEST_PATH * 4];

        (void)snprintf(below, sizeof below, "%s/%s", path, entry[i]->d_name);
        if (strcmp(entry[i]->d_name, ".") != 0 && strcmp(entry[i]->d_name, "..") != 0)
            test_snap(into, below, prefix);
        free(entry[i]);
    }
    free(entry);
}

/* All names and bytes in a folder, as one text that the caller frees. */
static inline char *test_snapshot(const char *home)
{
    char *text = NULL;
    size_t size = 0;
    FILE *into = open_memstream(&text, &size);

    assert(into != NULL);
    test_snap(into, home, strlen(home));
    (void)fclose(into);
    return text;
}

static inline long test_entries(const char *path)
{
    struct dirent **entry;
    int count = scandir(path, &entry, NULL, NULL);

    for (int i = 0; i < count; i++)
        free(entry[i]);
    if (count >= 0)
        free(entry);
    return count;
}

/* A thread that was joined stands in /proc for another moment. */
static inline bool test_threads_are(long threads)
{
    for (int i = 0; i < 10000; i++) {
        if (test_entries("/proc/self/task") == threads)
            return true;
        (void)poll(NULL, 0, 1);
    }
    return false;
}

/* ---- one run ---- */

struct test_fault_run {
    const struct test_work *work;
    const char             *what;      /* of the failure, for the message */
    long                    nth;
    bool                    sticky;
    int                     why;
    char                   *before, *after;   /* the disk, when all goes well */
    long                    threads, files;
    long                    failed, succeeded, told;   /* runs, by how they ended */
};

static inline int test_sync_nothing(int file)
{
    (void)file;
    return 0;
}

/* The real world, but that nothing is forced to the disk: thousands of runs would wait for it. */
static inline const struct outside *test_world(void)
{
    static struct outside world;

    world = real_outside;
    world.sync = test_sync_nothing;
    return &world;
}

__attribute__((format(printf, 2, 3)))
static inline void test_fault_stop(const struct test_fault_run *run, const char *format, ...)
{
    va_list arguments;

    (void)fprintf(stderr, "%s: %s %ld, %s, errno %d: ", run->work->name, run->what, run->nth,
                  run->sticky ? "for good" : "once", run->why);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
    abort();
}

/* Every name in the folder that was not there before must stand in the message. */
static inline void test_left_is_told(const struct test_fault_run *run, const char *home,
                                     const char *message)
{
    struct dirent **entry;
    int count = scandir(home, &entry, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        const char *name = entry[i]->d_name;
        char line[TEST_PATH];

        (void)snprintf(line, sizeof line, "\n/%s", name);
        bool known = strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
                     strstr(run->before, line) != NULL || strstr(run->after, line) != NULL;
        if (!known && strstr(message, name) == NULL)
            test_fault_stop(run, "%s is left behind and not told: %s", name, message);
        free(entry[i]);
    }
    free(entry);
}

/* A failure: the disk as it was, or what is otherwise is told. */
static inline void test_failed(struct test_fault_run *run, const char *home, enum err err,
                               const char *message)
{
    char *now = test_snapshot(home);

    if (message[0] == '\0')
        test_fault_stop(run, "error %d without a message", (int)err);
    if (strcmp(now, run->before) != 0) {
        bool told = strstr(message, "stands at") != NULL || strstr(message, "left behind") != NULL;

        if (!told || !run->sticky)
            test_fault_stop(run, "error %d left the disk changed: %s\n%s", (int)err, message, now);
        test_left_is_told(run, home, message);
        run->told++;
    }
    run->failed++;
    free(now);
}

static inline bool test_succeeded(struct test_fault_run *run, const char *home, enum err err,
                                  const char *message)
{
    char *now = test_snapshot(home);
    bool same = strcmp(now, run->after) == 0;

    if (err == run->work->good && !same && (err == OK || message[0] == '\0'))
        test_fault_stop(run, "it succeeded with another output:\n%s", now);
    free(now);
    return err == run->work->good && same;
}

static inline enum err test_run_once(struct test_fault_run *run, const char *home,
                                     struct trouble *trouble)
{
    struct arena arena = { 0 };

    *trouble = (struct trouble){ .text = "" };
    enum err err = run->work->run(run->work, &fault_outside, &arena, home, trouble);
    if (arena.guarded)
        test_fault_stop(run, "a guard of the arena is left behind");
    arena_free(&arena);
    if (fault_io_open_files() != 0)
        test_fault_stop(run, "%ld files are left open", fault_io_open_files());
    if (run->files != 0 && test_entries("/proc/self/fd") != run->files)
        test_fault_stop(run, "descriptors are left open");
    if (run->threads != 0 && !test_threads_are(run->threads))
        test_fault_stop(run, "a thread goes on");
    return err;
}

static inline void test_home_prepare(const struct test_work *work, const char *home)
{
    test_home_empty(home);
    if (work->prepare != NULL)
        work->prepare(home);
}

static inline void test_judge(struct test_fault_run *run, const char *home)
{
    struct trouble trouble;
    enum err err = test_run_once(run, home, &trouble);

    arena_fail_after(0, false);
    fault_io_plan(test_world(), 0, false, 0);
    if (test_succeeded(run, home, err, trouble.text))
        run->succeeded++;
    else
        test_failed(run, home, err, trouble.text);
}

/* The run in which nothing fails: what all others are compared with. */
static inline void test_run_well(struct test_fault_run *run, const char *home)
{
    struct trouble trouble;

    run->threads = test_entries("/proc/self/task");    /* later, ended ones may still stand there */
    test_home_prepare(run->work, home);
    run->before = test_snapshot(home);
    fault_io_plan(test_world(), 0, false, 0);
    (void)test_run_once(run, home, &trouble);     /* what libraries open once and keep */
    test_home_prepare(run->work, home);
    fault_io_plan(test_world(), 0, false, 0);
    enum err err = test_run_once(run, home, &trouble);
    if (err != run->work->good)
        test_fault_stop(run, "it fails by itself: %d: %s", (int)err, trouble.text);
    run->after = test_snapshot(home);
    run->files = test_entries("/proc/self/fd");
}

static inline void test_run_end(struct test_fault_run *run, const char *home, long points)
{
    printf("# %s: %ld %ss, %ld runs failed as they should, %ld succeeded, %ld told what is left\n",
           run->work->name, points, run->what, run->failed, run->succeeded, run->told);
    test_home_empty(home);
    rmdir(home);
    free(run->before);
    free(run->after);
}

/* ---- everything in turn ---- */

/* Thousands of folders are made and deleted: in memory where that can be done. */
static inline void test_fault_home(char home[TEST_PATH])
{
    if (access("/dev/shm", W_OK) == 0)
        (void)setenv("TMPDIR", "/dev/shm", 0);
    test_folder_make(home);
}

/* `./check` has time for every third point, and under a sanitizer, which looks at memory and not at
 * what is written, for every nineteenth; OCHIL_FAULT_STRIDE=1 tries all of them. */
static inline long test_stride(void)
{
    const char *stride = getenv("OCHIL_FAULT_STRIDE");
    const long usual = TEST_CASES_DIVISOR > 1 ? 19 : 3;

    long points = stride == NULL ? usual : strtol(stride, NULL, 10);

    return points < 1 ? 1 : points;
}

static inline long test_fault_calls(const struct test_work *work)
{
    static const int why[] = { EIO, ENOSPC, EACCES, EINTR };
    struct test_fault_run run = { .work = work, .what = "call" };
    char home[TEST_PATH];

    test_fault_home(home);
    test_run_well(&run, home);
    long calls = fault_io_calls();
    for (long i = 1; i <= calls; i += test_stride())
        for (size_t w = 0; w < COUNT(why) * 2; w++) {
            run.nth = i;
            run.sticky = w % 2 == 1;
            run.why = why[w / 2];
            test_home_prepare(work, home);
            fault_io_plan(test_world(), i, run.sticky, run.why);
            test_judge(&run, home);
        }
    test_run_end(&run, home, calls);
    return calls;
}

static inline long test_fault_memory(const struct test_work *work, bool takes, long stride)
{
    struct test_fault_run run = { .work = work, .what = takes ? "piece" : "chunk" };
    char home[TEST_PATH];

    test_fault_home(home);
    test_run_well(&run, home);
    arena_fail_takes(takes);
    arena_fail_after(0, false);
    struct trouble trouble;
    test_home_prepare(work, home);
    (void)test_run_once(&run, home, &trouble);
    long most = arena_allocations();
    for (long i = 1; i <= most; i += stride * test_stride())
        for (int sticky = 0; sticky < 2; sticky++) {
            run.nth = i;
            run.sticky = sticky == 1;
            test_home_prepare(work, home);
            arena_fail_after(i, run.sticky);
            test_judge(&run, home);
        }
    arena_fail_takes(false);
    test_run_end(&run, home, most);
    return most;
}

#endif
