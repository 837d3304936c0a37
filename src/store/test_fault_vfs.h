/*
 * store/test_fault_vfs.h -- for tests only: a way to the disk for SQLite whose N-th call fails.
 *
 * It stands before SQLite's own. Every call that reaches a file is counted; the planned one fails
 * -- with an error of the disk, with a disk that is full (then only what writes is counted), or
 * by a power cut: from that call on nothing works any more, and fault_vfs_cut() takes from the
 * disk what was written but not synced. A failing write leaves half of its bytes behind.
 *
 * A power cut keeps some of the writes that were not synced, as `chance` decides, loses others, and
 * tears the rest, the one that was under way among them: of a write over several sectors (of 512
 * bytes or of 4096, whole in themselves) a beginning or any selection is kept. Where a file had
 * grown, a lost sector holds zeros or whatever was on the disk. A file that was removed is there
 * again unless its folder was synced. Nothing is really synced: only what these tests take away
 * can be lost.
 */
#ifndef OCHIL_TEST_FAULT_VFS_H
#define OCHIL_TEST_FAULT_VFS_H

#include <assert.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/test_random.h"

#define FAULT_VFS "fault"
#define FAULT_UNDO_MAX 4096
#define FAULT_SECTOR 512            /* the smallest that a disk writes whole */
#define FAULT_SECTOR_LARGE 4096

enum fault_kind { FAULT_DISK, FAULT_FULL, FAULT_POWER };

struct fault_file {
    sqlite3_file  base;
    char          path[512];
    sqlite3_file *real;
};

/* What one write, truncation or removal took away, until a sync makes it last. */
struct fault_undo {
    char          path[512];
    sqlite3_int64 at;
    sqlite3_int64 size;         /* of the file before */
    size_t        count;        /* of `bytes`: what stood there */
    size_t        written;      /* a write's bytes, from `at`; 0: it was none */
    char         *bytes;
    bool          removed;
};

static struct {
    enum fault_kind   kind;
    long              nth;
    bool              sticky;
    long              calls;
    sqlite3_vfs      *real;
    struct fault_undo undo[FAULT_UNDO_MAX];
    size_t            undos;
    long              torn;     /* writes, of all cuts */
} fault_plan;

static inline void fault_vfs_forget(const char *path)
{
    size_t kept = 0;

    for (size_t i = 0; i < fault_plan.undos; i++) {
        struct fault_undo *undo = &fault_plan.undo[i];
        if (path != NULL && strcmp(undo->path, path) != 0)
            fault_plan.undo[kept++] = *undo;
        else
            free(undo->bytes);
    }
    fault_plan.undos = kept;
}

static inline void fault_vfs_plan(enum fault_kind kind, long nth, bool sticky)
{
    fault_vfs_forget(NULL);
    fault_plan.kind = kind;
    fault_plan.nth = nth;
    fault_plan.sticky = sticky || kind == FAULT_POWER;
    fault_plan.calls = 0;
}

/* Counts a call; gives the error it fails with, or SQLITE_OK. */
static inline int fault_vfs_call(bool writes, int error)
{
    if (fault_plan.kind == FAULT_FULL && !writes)
        return SQLITE_OK;
    const long now = ++fault_plan.calls;
    if (fault_plan.nth == 0 || now < fault_plan.nth ||
        (now > fault_plan.nth && !fault_plan.sticky))
        return SQLITE_OK;
    return fault_plan.kind == FAULT_FULL ? SQLITE_FULL : error;
}

static inline sqlite3_file *fault_real(sqlite3_file *file)
{
    return ((struct fault_file *)(void *)file)->real;
}

/* Remembers what stands in `count` bytes at `at`, and the size; count < 0: all of the file. */
static inline void fault_remember(const char *path, sqlite3_int64 at, sqlite3_int64 count,
                                  size_t written, bool removed)
{
    struct fault_undo *undo = &fault_plan.undo[fault_plan.undos];
    int file = open(path, O_RDONLY);

    assert(fault_plan.undos < FAULT_UNDO_MAX);
    if (file < 0)
        return;
    *undo = (struct fault_undo){ .at = at, .size = lseek(file, 0, SEEK_END), .written = written,
                                 .removed = removed };
    (void)snprintf(undo->path, sizeof undo->path, "%s", path);
    if (count < 0 || at + count > undo->size)
        count = at < undo->size ? undo->size - at : 0;
    undo->bytes = malloc((size_t)count + 1);
    assert(undo->bytes != NULL);
    ssize_t got = pread(file, undo->bytes, (size_t)count, at);
    assert(got == count);
    undo->count = (size_t)count;
    fault_plan.undos++;
    (void)close(file);
}

/* A write, a truncation or a removal is taken back. */
static inline void fault_lose(const struct fault_undo *undo, int file)
{
    const ssize_t put = pwrite(file, undo->bytes, undo->count, undo->at);
    const int cut = ftruncate(file, undo->size);

    assert(put == (ssize_t)undo->count && cut == 0);
}

/* One sector's share of a write, from `from` up to `to`, did not reach the disk. */
static inline void fault_lose_sector(const struct fault_undo *undo, int file, struct chance *chance,
                                     size_t from, size_t to)
{
    char bytes[FAULT_SECTOR_LARGE];
    const bool zeros = chance_one_in(chance, 2);

    assert(from < to && to - from <= sizeof bytes);
    for (size_t i = from; i < to; i++)
        bytes[i - from] = (char)(i < undo->count ? (unsigned char)undo->bytes[i]
                                 : zeros ? 0 : chance_next(chance) & 0xff);
    const ssize_t put = pwrite(file, bytes, to - from, undo->at + (sqlite3_int64)from);
    assert(put == (ssize_t)(to - from));
}

/* Of a write's sectors a beginning is kept, or any selection. What was cut off later stays so. */
static inline void fault_tear(const struct fault_undo *undo, int file, struct chance *chance)
{
    const sqlite3_int64 there = lseek(file, 0, SEEK_END) - undo->at;
    const size_t sector = chance_one_in(chance, 2) ? FAULT_SECTOR : FAULT_SECTOR_LARGE;
    const size_t into = (size_t)undo->at % sector;
    const size_t sectors = (into + undo->written - 1) / sector + 1;
    const bool beginning = chance_one_in(chance, 2);
    const size_t keep = (size_t)chance_between(chance, 0, (int64_t)sectors - 1);

    for (size_t i = 0; i < sectors; i++) {
        const size_t from = i == 0 ? 0 : i * sector - into;
        const size_t ends = (i + 1) * sector - into;
        const size_t to = ends < undo->written ? ends : undo->written;
        const bool lost = beginning ? i >= keep : chance_one_in(chance, 2);
        if (lost && (sqlite3_int64)to <= there)
            fault_lose_sector(undo, file, chance, from, to);
    }
    fault_plan.torn++;
}

/* The power goes: what was not synced is lost, or some of it. */
static inline void fault_vfs_cut(struct chance *chance, bool all)
{
    while (fault_plan.undos > 0) {
        struct fault_undo *undo = &fault_plan.undo[--fault_plan.undos];
        const bool torn = !all && undo->written > 0 && chance_one_in(chance, 3);
        if (all || torn || chance_one_in(chance, 2)) {
            int file = open(undo->path, O_WRONLY | (undo->removed ? O_CREAT : 0), 0600);
            if (file >= 0 && torn)
                fault_tear(undo, file, chance);
            else if (file >= 0)
                fault_lose(undo, file);
            if (file >= 0)
                (void)close(file);
        }
        free(undo->bytes);
    }
}

static inline int fault_close(sqlite3_file *file)
{
    sqlite3_file *real = fault_real(file);

    return real->pMethods == NULL ? SQLITE_OK : real->pMethods->xClose(real);
}

static inline int fault_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 at)
{
    int code = fault_vfs_call(false, SQLITE_IOERR_READ);

    return code != SQLITE_OK ? code
                             : fault_real(file)->pMethods->xRead(fault_real(file), bytes, size, at);
}

static inline int fault_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
    const struct fault_file *own = (const struct fault_file *)(const void *)file;
    int code = fault_vfs_call(true, SQLITE_IOERR_WRITE);
    const bool power = fault_plan.kind == FAULT_POWER;

    if (code != SQLITE_OK && power && fault_plan.calls > fault_plan.nth)
        return code;
    fault_remember(own->path, at, size, (size_t)size, false);
    const int whole = code == SQLITE_OK || power ? size : size / 2;
    int put = own->real->pMethods->xWrite(own->real, bytes, whole, at);
    return code != SQLITE_OK ? code : put;
}

static inline int fault_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    const struct fault_file *own = (const struct fault_file *)(const void *)file;
    int code = fault_vfs_call(true, SQLITE_IOERR_TRUNCATE);

    if (code != SQLITE_OK)
        return code;
    fault_remember(own->path, size, -1, 0, false);
    return own->real->pMethods->xTruncate(own->real, size);
}

static inline int fault_sync(sqlite3_file *file, int flags)
{
    const struct fault_file *own = (const struct fault_file *)(const void *)file;
    int code = fault_vfs_call(true, SQLITE_IOERR_FSYNC);

    (void)flags;
    if (code == SQLITE_OK)
        fault_vfs_forget(own->path);
    return code;
}

static inline int fault_size(sqlite3_file *file, sqlite3_int64 *size)
{
    int code = fault_vfs_call(false, SQLITE_IOERR_FSTAT);

    return code != SQLITE_OK ? code
                             : fault_real(file)->pMethods->xFileSize(fault_real(file), size);
}

static inline int fault_lock(sqlite3_file *file, int how)
{
    int code = fault_vfs_call(false, SQLITE_IOERR_LOCK);

    return code != SQLITE_OK ? code : fault_real(file)->pMethods->xLock(fault_real(file), how);
}

static inline int fault_unlock(sqlite3_file *file, int how)
{
    return fault_real(file)->pMethods->xUnlock(fault_real(file), how);
}

static inline int fault_reserved(sqlite3_file *file, int *held)
{
    int code = fault_vfs_call(false, SQLITE_IOERR_CHECKRESERVEDLOCK);

    return code != SQLITE_OK
               ? code : fault_real(file)->pMethods->xCheckReservedLock(fault_real(file), held);
}

static inline int fault_control(sqlite3_file *file, int what, void *argument)
{
    return fault_real(file)->pMethods->xFileControl(fault_real(file), what, argument);
}

static inline int fault_sector(sqlite3_file *file)
{
    return fault_real(file)->pMethods->xSectorSize(fault_real(file));
}

/* No promises of the disk: not even that what stands beside a torn write stays as it was. */
static inline int fault_promises(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static inline int fault_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
                             int *got)
{
    static const sqlite3_io_methods methods = {
        1, fault_close, fault_read, fault_write, fault_truncate, fault_sync, fault_size,
        fault_lock, fault_unlock, fault_reserved, fault_control, fault_sector, fault_promises,
        NULL, NULL, NULL, NULL, NULL, NULL,
    };
    struct fault_file *own = (struct fault_file *)(void *)file;
    int code = fault_vfs_call((flags & SQLITE_OPEN_CREATE) != 0, SQLITE_CANTOPEN);

    (void)vfs;
    memset(own, 0, sizeof *own);
    own->real = (sqlite3_file *)(void *)(own + 1);
    if (code == SQLITE_OK)
        code = fault_plan.real->xOpen(fault_plan.real, path, own->real, flags, got);
    if (code != SQLITE_OK)
        return code;
    (void)snprintf(own->path, sizeof own->path, "%s", path == NULL ? "" : path);
    own->base.pMethods = &methods;
    return SQLITE_OK;
}

static inline int fault_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    int code = fault_vfs_call(true, SQLITE_IOERR_DELETE);

    (void)vfs;
    if (code != SQLITE_OK)
        return code;
    fault_vfs_forget(path);
    if (!sync_folder)
        fault_remember(path, 0, -1, 0, true);
    return fault_plan.real->xDelete(fault_plan.real, path, sync_folder);
}

static inline int fault_access(sqlite3_vfs *vfs, const char *path, int flags, int *yes)
{
    int code = fault_vfs_call(false, SQLITE_IOERR_ACCESS);

    (void)vfs;
    return code != SQLITE_OK ? code : fault_plan.real->xAccess(fault_plan.real, path, flags, yes);
}

static inline int fault_full_path(sqlite3_vfs *vfs, const char *path, int room, char *full)
{
    (void)vfs;
    return fault_plan.real->xFullPathname(fault_plan.real, path, room, full);
}

/* Registers the way under FAULT_VFS. All else (clock, chance, pauses) is SQLite's own. */
static inline void fault_vfs_register(void)
{
    static sqlite3_vfs vfs;

    fault_plan.real = sqlite3_vfs_find(NULL);
    vfs = *fault_plan.real;
    vfs.zName = FAULT_VFS;
    vfs.szOsFile = (int)sizeof(struct fault_file) + fault_plan.real->szOsFile;
    vfs.pNext = NULL;
    vfs.xOpen = fault_open;
    vfs.xDelete = fault_delete;
    vfs.xAccess = fault_access;
    vfs.xFullPathname = fault_full_path;
    int registered = sqlite3_vfs_register(&vfs, 0);
    assert(registered == SQLITE_OK);
}

#endif
