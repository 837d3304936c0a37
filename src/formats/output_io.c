#include "formats/output_io.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define HIDDEN_ATTEMPTS 4      /* a name that is taken already is not met twice by chance */
#define HIDDEN_NAME_BYTES 200  /* of OUT's own name; with the rest below what a name may hold */
#define DELETE_ATTEMPTS 4
#define UNDO_ATTEMPTS 2
#define FOLDERS_ABOVE 512      /* how many folders deep an input may lie */

static enum err fail_path(struct trouble *trouble, const char *path)
{
    return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
}

/* Adds to a message that is there already: what a failure left behind. */
static void also(struct trouble *trouble, const char *what, const char *path)
{
    if (trouble == NULL)
        return;
    size_t used = strlen(trouble->text);
    (void)snprintf(trouble->text + used, sizeof trouble->text - used, "%s%s%s",
                   used == 0 ? "" : "; ", what, path);
}

/* Deleting. */

struct deletion {
    const struct outside *outside;
    struct trouble       *trouble;
    size_t                size;
    bool                  failed;
    char                  path[PATH_MAX];
};

static void delete_at(struct deletion *deletion);

static bool delete_within(void *context, const char *name)
{
    struct deletion *deletion = context;
    size_t before = deletion->size;
    size_t room = sizeof deletion->path - before;
    int added = snprintf(deletion->path + before, room, "/%s", name);

    if (added < 0 || (size_t)added >= room) {
        (void)fail(deletion->trouble, ERR_IO, "%s: too long a path", name);
        deletion->failed = true;
    } else {
        deletion->size = before + (size_t)added;
        delete_at(deletion);
    }
    deletion->size = before;
    deletion->path[before] = '\0';
    return true;
}

/* Deletes as a file first: a link to a folder must go itself, not what the folder holds. */
static void delete_at(struct deletion *deletion)
{
    const struct outside *outside = deletion->outside;

    if (outside->remove_file(deletion->path) == 0 || errno == ENOENT)
        return;
    bool is_folder = errno == EISDIR || errno == EPERM;
    if (is_folder && outside->list(deletion->path, delete_within, deletion) == 0
        && outside->remove_folder(deletion->path) == 0)
        return;
    (void)fail_path(deletion->trouble, deletion->path);
    deletion->failed = true;
}

/* A folder that is emptied while it is listed may hide a name, and a disk may fail once: so it
 * is tried again. */
enum err delete_whole(const struct outside *outside, const char *path, struct trouble *trouble)
{
    struct deletion deletion = { .outside = outside, .size = strlen(path) };
    struct trouble why = { 0 };

    if (deletion.size >= sizeof deletion.path)
        return fail(trouble, ERR_IO, "%s: too long a path", path);
    memcpy(deletion.path, path, deletion.size + 1);
    for (int attempt = 0; attempt < DELETE_ATTEMPTS; attempt++) {
        why.text[0] = '\0';
        deletion.trouble = &why;
        deletion.failed = false;
        delete_at(&deletion);
        if (!deletion.failed)
            return OK;
    }
    return fail(trouble, ERR_IO, "%s", why.text);
}

/* Forces a folder's list of names to the disk, where that can be done: a folder that may not be
 * read, and a file system without the notion, are no failure. */
static int sync_folder(const struct outside *outside, const char *path)
{
    int file = outside->open_read(path);

    if (file < 0)
        return errno == EACCES ? 0 : -1;
    int synced = outside->sync(file);
    int why = errno;
    int closed = outside->close(file);
    if (synced != 0) {
        errno = why;
        return why == EINVAL || why == ENOTSUP || why == EROFS ? 0 : -1;
    }
    return closed;
}

/* Places. */

/* Splits OUT into the folder it stands in and its name. */
static enum err place_name(struct out_place *place, struct arena *arena, const char *out,
                           const char **name, struct trouble *trouble)
{
    size_t size = strlen(out);

    while (size > 1 && out[size - 1] == '/')
        size--;
    place->path = arena_copy(arena, out, size);
    const char *slash = strrchr(place->path, '/');
    *name = slash == NULL ? place->path : slash + 1;
    if (slash == NULL)
        place->parent = ".";
    else if (slash == place->path)
        place->parent = "/";
    else
        place->parent = arena_copy(arena, place->path, (size_t)(slash - place->path));
    if (**name == '\0' || strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0)
        return fail(trouble, ERR_USAGE, "'%s' cannot be written: it is not a name", out);
    if (strlen(*name) > NAME_MAX || strlen(place->parent) > PATH_MAX / 2)
        return fail(trouble, ERR_USAGE, "'%s' cannot be written: too long", out);
    return OK;
}

static const char *kind_word(const struct out_place *place)
{
    return place->folder ? "folder" : "file";
}

static bool kind_fits(const struct out_place *place, const struct stat *status)
{
    return place->folder ? S_ISDIR(status->st_mode) : S_ISREG(status->st_mode);
}

static bool stop_at_first(void *context, const char *name)
{
    (void)name;
    *(bool *)context = true;
    return false;
}

/* What stands at the path now, and may it be replaced? */
static enum err place_look(const struct out_place *place, bool *exists, struct trouble *trouble)
{
    struct stat status;
    bool filled = false;

    *exists = place->outside->stat(place->path, &status) == 0;
    if (!*exists && errno == ENOENT)
        return OK;
    if (!*exists)
        return fail_path(trouble, place->path);
    if (!kind_fits(place, &status))
        return fail(trouble, ERR_IO, "%s: it is there already and is not a %s", place->path,
                    kind_word(place));
    if (place->force)
        return OK;
    if (!place->folder)
        return fail(trouble, ERR_IO, "%s: it is there already (--force replaces it)",
                    place->path);
    if (place->outside->list(place->path, stop_at_first, &filled) != 0)
        return fail_path(trouble, place->path);
    if (filled)
        return fail(trouble, ERR_IO, "%s: the folder is not empty (--force replaces it)",
                    place->path);
    return OK;
}

/* Makes the folder named by the first `size` bytes of `path` unless it is there. */
static enum err make_parent(struct out_place *place, const char *path, size_t size,
                            const char *above, struct trouble *trouble)
{
    struct stat status;

    if (place->outside->stat(path, &status) == 0)
        return OK;
    if (errno != ENOENT)
        return fail_path(trouble, path);
    if (place->outside->make_folder(path) != 0)
        return errno == EEXIST ? OK : fail_path(trouble, path);
    if (place->made_from == 0)
        place->made_from = size;
    return sync_folder(place->outside, above) == 0 ? OK : fail_path(trouble, above);
}

static enum err make_parents(struct out_place *place, struct arena *arena,
                             struct trouble *trouble)
{
    size_t size = strlen(place->parent);
    char *path = arena_copy(arena, place->parent, size);
    char *above = arena_take(arena, size + 2, 1);

    above[0] = path[0] == '/' ? '/' : '.';
    for (size_t end = 1; end <= size; end++) {
        if (path[end] != '/' && path[end] != '\0')
            continue;
        path[end] = '\0';
        enum err err = make_parent(place, path, end, above, trouble);
        if (err != OK)
            return err;
        memcpy(above, path, end + 1);
        if (end < size)
            path[end] = '/';
    }
    return OK;
}

/* What undoes is tried again once: a disk that failed once may do it then, and nobody is left
 * with half of two things. */

static bool folder_removed(const struct outside *outside, const char *path)
{
    for (int attempt = 0; attempt < UNDO_ATTEMPTS; attempt++)
        if (outside->remove_folder(path) == 0 || errno == ENOENT)
            return true;
    return false;
}

static bool folder_made(const struct outside *outside, const char *path)
{
    for (int attempt = 0; attempt < UNDO_ATTEMPTS; attempt++)
        if (outside->make_folder(path) == 0)
            return true;
    return false;
}

static bool renamed(const struct outside *outside, const char *from, const char *to)
{
    for (int attempt = 0; attempt < UNDO_ATTEMPTS; attempt++)
        if (outside->rename(from, to) == 0)
            return true;
    return false;
}

static bool exchanged(const struct outside *outside, const char *one, const char *other)
{
    for (int attempt = 0; attempt < UNDO_ATTEMPTS; attempt++)
        if (outside->exchange(one, other) == 0)
            return true;
    return false;
}

/* Takes away again the parents that were made, the deepest first. */
static bool remove_parents(struct out_place *place, struct trouble *trouble)
{
    char path[PATH_MAX];

    bool all = true;

    if (place->made_from == 0)
        return all;
    size_t size = strlen(place->parent);
    memcpy(path, place->parent, size + 1);
    while (size >= place->made_from) {
        if (!folder_removed(place->outside, path)) {
            all = errno == ENOTEMPTY || errno == EEXIST;   /* somebody else's by now */
            if (!all)
                also(trouble, "left behind: ", path);
            break;
        }
        while (size > 0 && path[size - 1] != '/')
            size--;
        while (size > 0 && path[size - 1] == '/')
            size--;
        path[size] = '\0';
    }
    place->made_from = 0;
    return all;
}

/* What the two names below may take: dots, ".ochil-", sixteen digits, "-old" and some air. */
static size_t hidden_room(const struct out_place *place)
{
    return strlen(place->parent) + HIDDEN_NAME_BYTES + 64;
}

static void hidden_names(struct out_place *place, const char *name, uint64_t random)
{
    size_t room = hidden_room(place);
    int size = snprintf(place->hidden, room, "%s%s.%.*s.ochil-%016llx", place->parent,
                        strcmp(place->parent, "/") == 0 ? "" : "/", HIDDEN_NAME_BYTES, name,
                        (unsigned long long)random);

    assert(size > 0 && (size_t)size < room - sizeof "-old");
    (void)snprintf(place->aside, room, "%s-old", place->hidden);
}

/* Makes the hidden folder or opens the hidden file; -1 with errno when it cannot. */
static int make_hidden(const struct out_place *place)
{
    if (place->folder)
        return place->outside->make_folder(place->hidden);
    return place->outside->open_write(place->hidden);
}

/* Makes it under a name that nobody has; `*file` is its descriptor. */
static enum err place_hide(struct out_place *place, const char *name, int *file,
                           struct trouble *trouble)
{
    uint64_t random;

    for (int attempt = 0; attempt < HIDDEN_ATTEMPTS; attempt++) {
        if (place->outside->random(&random, sizeof random) != 0)
            return fail(trouble, ERR_IO, "%s: no random name: %s", place->path, strerror(errno));
        hidden_names(place, name, random);
        *file = make_hidden(place);
        if (*file >= 0)
            return OK;
        if (errno != EEXIST)
            break;
    }
    return fail_path(trouble, place->hidden);
}

/* Checks the place and puts a hidden folder or file beside it. */
static enum err place_open(struct out_place *place, struct arena *arena, const char *out,
                           int *file, struct trouble *trouble)
{
    const char *name;
    bool exists;
    enum err err = place_name(place, arena, out, &name, trouble);

    if (err != OK || (err = place_look(place, &exists, trouble)) != OK)
        return err;
    place->hidden = arena_take(arena, hidden_room(place), 1);
    place->aside = arena_take(arena, hidden_room(place), 1);
    err = make_parents(place, arena, trouble);
    if (err == OK)
        err = place_hide(place, name, file, trouble);
    if (err != OK)
        (void)remove_parents(place, trouble);
    return err;
}

/* Taking the place. */

enum put {
    PUT_NEW,          /* nothing was there */
    PUT_OVER_EMPTY,   /* an empty folder was replaced */
    PUT_EXCHANGED,    /* the earlier one now has the hidden name */
    PUT_ASIDE         /* the earlier one now has the name aside */
};

/* For file systems that cannot exchange. */
static enum err put_aside(struct out_place *place, struct trouble *trouble)
{
    const struct outside *outside = place->outside;

    if (outside->rename(place->path, place->aside) != 0)
        return fail_path(trouble, place->path);
    if (outside->rename(place->hidden, place->path) == 0)
        return OK;
    enum err err = fail_path(trouble, place->path);
    if (!renamed(outside, place->aside, place->path))
        also(trouble, "the earlier one stands at ", place->aside);
    return err;
}

static enum err put_instead(struct out_place *place, enum put *put, struct trouble *trouble)
{
    *put = PUT_EXCHANGED;
    if (place->outside->exchange(place->hidden, place->path) == 0)
        return OK;
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP)
        return fail_path(trouble, place->path);
    *put = PUT_ASIDE;
    return put_aside(place, trouble);
}

static enum err place_put(struct out_place *place, enum put *put, struct trouble *trouble)
{
    bool exists;
    enum err err = place_look(place, &exists, trouble);

    if (err != OK)
        return err;
    if (exists && place->force)
        return put_instead(place, put, trouble);
    *put = exists ? PUT_OVER_EMPTY : PUT_NEW;
    if (place->outside->rename(place->hidden, place->path) == 0)
        return OK;
    /* An empty folder that a symbolic link leads to: the link is what is replaced. */
    if (exists && errno == ENOTDIR)
        return put_instead(place, put, trouble);
    return fail_path(trouble, place->path);
}

static bool put_undone(struct out_place *place, enum put put)
{
    const struct outside *outside = place->outside;

    switch (put) {
    case PUT_NEW:
        return renamed(outside, place->path, place->hidden);
    case PUT_OVER_EMPTY:
        return renamed(outside, place->path, place->hidden) && folder_made(outside, place->path);
    case PUT_EXCHANGED:
        return exchanged(outside, place->path, place->hidden);
    case PUT_ASIDE:
        return renamed(outside, place->path, place->hidden)
            && renamed(outside, place->aside, place->path);
    }
    return false;
}

/* The rename stands but may not survive a power cut, and cannot be taken back. */
static void tell_stuck(const struct out_place *place, enum put put, struct trouble *trouble)
{
    also(trouble, "the new output stands at ", place->path);
    if (put == PUT_EXCHANGED)
        also(trouble, "the earlier one at ", place->hidden);
    if (put == PUT_ASIDE)
        also(trouble, "the earlier one at ", place->aside);
}

/* Takes back what place_take() did. `*made`: the hidden name is ours again. */
static void place_give_back(struct out_place *place, enum put put, bool *made,
                            struct trouble *trouble)
{
    *made = put_undone(place, put);
    if (*made)
        return;
    tell_stuck(place, put, trouble);
    place->made_from = 0;
}

/* Puts the finished work in its place; what it replaced waits under another name. `*made`
 * becomes false once the hidden name is no longer ours to delete. */
static enum err place_take(struct out_place *place, enum put *put, bool *made,
                           struct trouble *trouble)
{
    enum err err = place_put(place, put, trouble);

    if (err != OK)
        return err;
    *made = false;
    if (sync_folder(place->outside, place->parent) == 0)
        return OK;
    err = fail_path(trouble, place->parent);
    place_give_back(place, *put, made, trouble);
    return err;
}

/* The work stays where it stands: deletes what it replaced. */
static enum err place_settle(struct out_place *place, enum put put, struct trouble *trouble)
{
    struct trouble left = { 0 };
    const char *earlier = put == PUT_ASIDE ? place->aside : place->hidden;

    place->made_from = 0;
    if (put == PUT_NEW || put == PUT_OVER_EMPTY
        || delete_whole(place->outside, earlier, &left) == OK)
        return OK;
    return fail(trouble, ERR_IO, "%s is written, but what it replaced could not be deleted "
                "and stands at %s (%s)", place->path, earlier, left.text);
}

static enum err place_commit(struct out_place *place, bool *made, struct trouble *trouble)
{
    enum put put;
    enum err err = place_take(place, &put, made, trouble);

    return err != OK ? err : place_settle(place, put, trouble);
}

static bool place_abort(struct out_place *place, struct trouble *trouble)
{
    if (delete_whole(place->outside, place->hidden, NULL) == OK)
        return remove_parents(place, trouble);
    also(trouble, "left behind: ", place->hidden);
    return false;
}

/* Files. */

#define SLOT_FREE (-1)
#define SLOT_TAKEN (-2)        /* by whoever is about to open a file */

static enum err fail_file(const struct out_file *file, struct trouble *trouble)
{
    return fail(trouble, ERR_IO, "%s: %s", file->path, strerror(file->why));
}

static enum err put_bytes(struct out_file *file, const unsigned char *bytes, size_t size,
                          struct trouble *trouble)
{
    while (size > 0) {
        ssize_t put = file->outside->write(*file->slot, bytes, size);

        if (put <= 0) {
            file->why = put < 0 ? errno : EIO;
            return fail_file(file, trouble);
        }
        bytes += put;
        size -= (size_t)put;
    }
    return OK;
}

static enum err flush(struct out_file *file, struct trouble *trouble)
{
    size_t used = file->used;

    file->used = 0;
    return put_bytes(file, file->buffer, used, trouble);
}

static enum err out_file_write(struct sink *sink, const void *bytes, size_t size,
                               struct trouble *trouble)
{
    struct out_file *file = (struct out_file *)sink;

    if (file->why != 0)
        return fail_file(file, trouble);
    if (size > sizeof file->buffer - file->used) {
        enum err err = flush(file, trouble);
        if (err != OK)
            return err;
    }
    if (size >= sizeof file->buffer)
        return put_bytes(file, bytes, size, trouble);
    if (size > 0)
        memcpy(file->buffer + file->used, bytes, size);
    file->used += size;
    return OK;
}

static void out_file_begin(struct out_file *file, const struct outside *outside,
                           const char *path, atomic_int *slot)
{
    file->sink = (struct sink){ out_file_write };
    file->outside = outside;
    file->path = path;
    file->slot = slot;
    file->scratch = false;
    file->why = 0;
    file->used = 0;
}

enum err out_file_close(struct out_file *file, struct trouble *trouble)
{
    if (file->why == 0)
        (void)flush(file, trouble);
    if (file->why == 0 && !file->scratch && file->outside->sync(*file->slot) != 0)
        file->why = errno;
    if (file->outside->close(*file->slot) != 0 && file->why == 0)
        file->why = errno;
    *file->slot = SLOT_FREE;
    return file->why == 0 ? OK : fail_file(file, trouble);
}

/* The folder. */

enum err out_folder_open(struct out_folder *folder, const struct outside *outside,
                         struct arena *arena, const char *out, bool force,
                         struct trouble *trouble)
{
    int unused;

    *folder = (struct out_folder){
        .place = { .outside = outside, .force = force, .folder = true }, .arena = arena
    };
    for (size_t i = 0; i < OUT_FILES_MAX; i++)
        folder->file[i] = SLOT_FREE;
    enum err err = place_open(&folder->place, arena, out, &unused, trouble);
    if (err != OK)
        return err;
    folder->made = true;
    return OK;
}

enum err out_scratch_open(struct out_folder *folder, const struct outside *outside,
                          struct arena *arena, const char *beside, struct trouble *trouble)
{
    enum err err = out_folder_open(folder, outside, arena, beside, false, trouble);

    folder->scratch = true;
    return err;
}

static atomic_int *slot_take(struct out_folder *folder)
{
    for (size_t i = 0; i < OUT_FILES_MAX; i++) {
        int free = SLOT_FREE;
        if (atomic_compare_exchange_strong(&folder->file[i], &free, SLOT_TAKEN))
            return &folder->file[i];
    }
    return NULL;
}

enum err out_file_open(struct out_folder *folder, const char *name, struct out_file *file,
                       struct trouble *trouble)
{
    const int size = snprintf(file->room, sizeof file->room, "%s/%s", folder->place.hidden, name);

    assert(folder->made && strchr(name, '/') == NULL);
    if (size < 0 || (size_t)size >= sizeof file->room)
        return fail(trouble, ERR_USAGE, "'%s' cannot be written: too long", name);
    atomic_int *slot = slot_take(folder);
    if (slot == NULL)
        return fail(trouble, ERR_IO, "%s: more than %d files open at once", file->room,
                    OUT_FILES_MAX);
    const int opened = folder->place.outside->open_write(file->room);
    *slot = opened < 0 ? SLOT_FREE : opened;
    if (opened < 0)
        return fail_path(trouble, file->room);
    out_file_begin(file, folder->place.outside, file->room, slot);
    file->scratch = folder->scratch;
    return OK;
}

enum err out_folder_commit(struct out_folder *folder, struct trouble *trouble)
{
    assert(folder->made && !folder->scratch);
    for (size_t i = 0; i < OUT_FILES_MAX; i++)
        assert(folder->file[i] < 0);
    if (sync_folder(folder->place.outside, folder->place.hidden) != 0)
        return fail_path(trouble, folder->place.hidden);
    return place_commit(&folder->place, &folder->made, trouble);
}

bool out_folder_abort(struct out_folder *folder, struct trouble *trouble)
{
    if (!folder->made)
        return true;
    for (size_t i = 0; i < OUT_FILES_MAX; i++) {
        if (folder->file[i] >= 0)
            (void)folder->place.outside->close(folder->file[i]);
        folder->file[i] = SLOT_FREE;
    }
    folder->made = false;
    return place_abort(&folder->place, trouble);
}

/* Is OUT, which is there, `input` or one of the folders above it? They are compared by what the
 * disk calls them, going up by "..", so that links and other spellings do not deceive. */
static enum err holds(const struct outside *outside, struct arena *arena, const struct stat *out,
                      const char *input, bool *held, struct trouble *trouble)
{
    static const char up[] = "/..";
    size_t size = strlen(input);
    char *path = arena_take(arena, size + (sizeof up - 1) * FOLDERS_ABOVE + sizeof ".", 1);
    struct stat here, before = { 0 };

    *held = false;
    memcpy(path, input, size);
    if (outside->stat(path, &here) != 0)
        return errno == ENOENT || errno == ENOTDIR ? OK : fail_path(trouble, path);
    if (!S_ISDIR(here.st_mode)) {
        char *slash = strrchr(path, '/');
        size = slash == NULL ? 0 : (size_t)(slash + 1 - path);
        memcpy(path + size, ".", sizeof ".");
        size++;
    }
    for (int above = 0; above < FOLDERS_ABOVE; above++) {
        if (outside->stat(path, &here) != 0)
            return errno == EACCES ? OK : fail_path(trouble, path);
        *held = here.st_dev == out->st_dev && here.st_ino == out->st_ino;
        if (*held || (here.st_dev == before.st_dev && here.st_ino == before.st_ino))
            return OK;
        before = here;
        memcpy(path + size, up, sizeof up);
        size += sizeof up - 1;
    }
    return fail(trouble, ERR_IO, "%s: too many folders deep", input);
}

enum err out_folder_check(const struct outside *outside, struct arena *arena, const char *out,
                          bool force, const char *input, struct trouble *trouble)
{
    struct out_place place = { .outside = outside, .force = true, .folder = true };
    const char *name;
    struct stat status;
    bool exists, held;
    enum err err = place_name(&place, arena, out, &name, trouble);

    /* "is or holds" is told before "not empty": to follow that advice would be a disaster. */
    if (err != OK || (err = place_look(&place, &exists, trouble)) != OK || !exists)
        return err;
    if (outside->stat(place.path, &status) != 0)
        return fail_path(trouble, place.path);
    if ((err = holds(outside, arena, &status, input, &held, trouble)) != OK)
        return err;
    if (held)
        return fail(trouble, ERR_IO, "%s: the output would replace %s, which is read", out,
                    input);
    place.force = force;
    return place_look(&place, &exists, trouble);
}

/* One file. */

enum err whole_file_open(struct whole_file *whole, const struct outside *outside,
                         struct arena *arena, const char *path, bool force,
                         struct trouble *trouble)
{
    int file = SLOT_FREE;

    whole->place = (struct out_place){ .outside = outside, .force = force };
    whole->made = false;
    enum err err = place_open(&whole->place, arena, path, &file, trouble);
    if (err != OK)
        return err;
    whole->made = true;
    whole->out.file = file;
    out_file_begin(&whole->out, outside, whole->place.hidden, &whole->out.file);
    return OK;
}

enum err whole_file_commit(struct whole_file *whole, struct trouble *trouble)
{
    assert(whole->made);
    enum err err = out_file_close(&whole->out, trouble);

    return err != OK ? err : place_commit(&whole->place, &whole->made, trouble);
}

/* Both stand, or neither does; then what they replaced is deleted. */
static enum err take_both(struct whole_file *first, struct whole_file *second, enum put put[2],
                          struct trouble *trouble)
{
    enum err err = place_take(&first->place, &put[0], &first->made, trouble);

    if (err != OK)
        return err;
    err = place_take(&second->place, &put[1], &second->made, trouble);
    if (err != OK)
        place_give_back(&first->place, put[0], &first->made, trouble);
    return err;
}

enum err whole_files_commit(struct whole_file *first, struct whole_file *second,
                            struct trouble *trouble)
{
    struct trouble more = { 0 };
    enum put put[2];

    assert(first->made && second->made);
    enum err err = out_file_close(&first->out, trouble);
    if (err == OK)
        err = out_file_close(&second->out, trouble);
    if (err == OK)
        err = take_both(first, second, put, trouble);
    if (err != OK)
        return err;
    err = place_settle(&first->place, put[0], trouble);
    if (place_settle(&second->place, put[1], &more) == OK)
        return err;
    also(trouble, "", more.text);
    return ERR_IO;
}

bool whole_file_abort(struct whole_file *whole, struct trouble *trouble)
{
    if (!whole->made)
        return true;
    if (whole->out.file >= 0)
        (void)whole->place.outside->close(whole->out.file);
    whole->out.file = SLOT_FREE;
    whole->made = false;
    return place_abort(&whole->place, trouble);
}

enum err write_file_whole(const struct outside *outside, struct arena *arena, const char *path,
                          const void *bytes, size_t size, bool force, struct trouble *trouble)
{
    struct whole_file *whole = arena_take(arena, 1, sizeof *whole);
    enum err err = whole_file_open(whole, outside, arena, path, force, trouble);

    if (err != OK)
        return err;
    err = whole->out.sink.write(&whole->out.sink, bytes, size, trouble);
    if (err == OK)
        err = whole_file_commit(whole, trouble);
    (void)whole_file_abort(whole, trouble);
    return err;
}
