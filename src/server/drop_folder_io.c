#include "server/drop_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/listing.h"
#include "formats/small_file_io.h"
#include "trail/trail_time.h"

#define WORKING "working"
#define RECEIPT_NAME "receipt"
#define PLACE_STAMP ((size_t)20)        /* of "20260401T090000.000Z" */

static enum err failed(const char *path, struct trouble *trouble)
{
    return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
}

static const char *path_in(struct arena *arena, const char *folder, const char *name)
{
    return arena_print(arena, "%s/%s", folder, name);
}

/* --- the folder --- */

static enum err take_lock(struct drop_folder *folder, struct arena *arena,
                          struct trouble *trouble)
{
    const char *path = path_in(arena, folder->path, ".watch");

    folder->lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (folder->lock < 0)
        return failed(path, trouble);
    if (flock(folder->lock, LOCK_EX | LOCK_NB) == 0)
        return OK;
    drop_folder_close(folder);
    return fail(trouble, ERR_BUSY, "%s: another watch works there", folder->path);
}

enum err drop_folder_open(struct drop_folder *folder, struct arena *arena,
                          const struct outside *outside, const char *path,
                          struct trouble *trouble)
{
    static const char *const made[] = { WORKING, "done", "refused" };

    *folder = (struct drop_folder){ outside, path, -1 };
    enum err err = take_lock(folder, arena, trouble);
    for (size_t i = 0; i < COUNT(made) && err == OK; i++) {
        const char *inside = path_in(arena, path, made[i]);
        if (outside->make_folder(inside) != 0 && errno != EEXIST)
            err = failed(inside, trouble);
    }
    if (err != OK)
        drop_folder_close(folder);
    return err;
}

void drop_folder_close(struct drop_folder *folder)
{
    if (folder->lock >= 0)
        (void)folder->outside->close(folder->lock);
    folder->lock = -1;
}

/* A rename stands after the power was cut, too. */
static enum err keep_names(const struct drop_folder *folder, const char *path,
                           struct trouble *trouble)
{
    const int file = folder->outside->open_read(path);

    if (file < 0 || folder->outside->sync(file) != 0) {
        const enum err err = failed(path, trouble);
        if (file >= 0)
            (void)folder->outside->close(file);
        return err;
    }
    (void)folder->outside->close(file);
    return OK;
}

static enum err move(const struct drop_folder *folder, const char *from, const char *to,
                     struct trouble *trouble)
{
    return folder->outside->rename(from, to) == 0 ? OK : failed(from, trouble);
}

/* --- names --- */

struct names {
    struct arena *arena;
    struct text  *name;
    size_t        count;
};

static bool take_name(void *context, const char *name)
{
    struct names *names = context;

    names->name = arena_grow(names->arena, names->name, names->count, names->count + 1,
                             sizeof *names->name);
    names->name[names->count++] = text_of(arena_copy(names->arena, name, strlen(name)));
    return true;
}

/* What is in a folder, by bytes. */
static enum err list(const struct drop_folder *folder, const char *path, struct names *names,
                     struct trouble *trouble)
{
    if (folder->outside->list(path, take_name, names) != 0)
        return failed(path, trouble);
    if (names->count > 0)
        listing_sort(names->name, names->count);
    return OK;
}

/* A file, and no way to another one. */
static bool is_file(const char *path, struct stat *status)
{
    return lstat(path, status) == 0 && S_ISREG(status->st_mode);
}

static int64_t changed_ms(const struct stat *status)
{
    return (int64_t)status->st_ctim.tv_sec * 1000 + status->st_ctim.tv_nsec / 1000000;
}

/* --- what was picked up --- */

static enum err read_receipt(const struct drop_folder *folder, struct arena *arena,
                             struct delivery *delivery, struct trouble *trouble)
{
    const char *path = path_in(arena, delivery->folder, RECEIPT_NAME);
    char *bytes = arena_take(arena, DROP_WORDS_MOST, 1);
    struct stat status;
    size_t size = 0;

    if (!is_file(path, &status))
        return OK;
    enum err err = small_file_read(folder->outside, path, "a receipt", bytes, DROP_WORDS_MOST,
                                   &size, trouble);
    return err != OK ? err : drop_words_read(arena, (struct text){ bytes, size },
                                             drop_receipt_name, RECEIPTS, delivery->receipt,
                                             trouble);
}

static void add(struct arena *arena, struct deliveries *out, const struct delivery *delivery)
{
    out->delivery = arena_grow(arena, out->delivery, out->count, out->count + 1,
                               sizeof *out->delivery);
    out->delivery[out->count++] = *delivery;
}

static struct delivery delivery_in(const struct drop_folder *folder, struct arena *arena,
                                   const char *place)
{
    const char *path = arena_print(arena, "%s/" WORKING "/%s", folder->path, place);
    const char *name = place + PLACE_STAMP + 1;

    return (struct delivery){
        .name = name, .place = place, .folder = path, .extract = path_in(arena, path, name),
        .control = arena_print(arena, "%s/%s.control", path, name),
        .receipt = { [RECEIPT_FILE] = name,
                     [RECEIPT_PICKED_UP] = arena_copy(arena, place, PLACE_STAMP) },
    };
}

static bool is_place(const char *name)
{
    return strlen(name) > PLACE_STAMP + 1 && name[PLACE_STAMP] == '-' &&
           drop_is_name(name + PLACE_STAMP + 1);
}

/* Killed between the two renames: the control file waits outside, unless a new extract of the
 * same name has come, whose it may be. */
static enum err fetch_control(const struct drop_folder *folder, struct arena *arena,
                              const struct delivery *delivery, struct trouble *trouble)
{
    const char *extract = path_in(arena, folder->path, delivery->name);
    const char *control = arena_print(arena, "%s.control", extract);
    struct stat status;

    if (lstat(delivery->control, &status) == 0 || lstat(extract, &status) == 0 ||
        !is_file(control, &status))
        return OK;
    return move(folder, control, delivery->control, trouble);
}

static enum err go_on_with(const struct drop_folder *folder, struct arena *arena,
                           const char *place, struct deliveries *out, struct trouble *trouble)
{
    struct delivery delivery = delivery_in(folder, arena, place);
    struct stat status;
    enum err err = OK;

    /* Killed before the first rename: nothing is in it. */
    if (folder->outside->remove_folder(delivery.folder) == 0)
        return OK;
    err = fetch_control(folder, arena, &delivery, trouble);
    if (err == OK)
        err = read_receipt(folder, arena, &delivery, trouble);
    delivery.whole = is_file(delivery.extract, &status) && is_file(delivery.control, &status);
    if (err == OK)
        add(arena, out, &delivery);
    return err;
}

/* --- picking up --- */

static bool is_finished(const char *path, struct moment now, int64_t still_ms)
{
    struct stat status;

    return is_file(path, &status) && now.ms - changed_ms(&status) >= still_ms;
}

/* "20260401T090000.000Z": it sorts, and every file system takes it. */
static const char *stamp_of(struct arena *arena, struct moment now)
{
    char text[TRAIL_TIME_SIZE], *to = text;

    trail_time_print(now.ms, text);
    for (const char *from = text; *from != '\0'; from++)
        if (!is_one_of(*from, "-:"))
            *to++ = *from;
    *to = '\0';
    return arena_copy(arena, text, strlen(text));
}

static enum err pick_up(struct drop_folder *folder, struct arena *arena, struct moment now,
                        const char *name, struct deliveries *out, struct trouble *trouble)
{
    const char *extract = path_in(arena, folder->path, name);
    struct delivery delivery = delivery_in(folder, arena, arena_print(
        arena, "%s-%s", stamp_of(arena, now), name));
    struct stat status;

    if (folder->outside->make_folder(delivery.folder) != 0)
        return failed(delivery.folder, trouble);
    enum err err = move(folder, extract, delivery.extract, trouble);
    if (err == OK)
        err = move(folder, arena_print(arena, "%s.control", extract), delivery.control, trouble);
    if (err == OK)
        err = keep_names(folder, delivery.folder, trouble);
    if (err != OK)
        return err;
    delivery.whole = is_file(delivery.extract, &status) && is_file(delivery.control, &status);
    add(arena, out, &delivery);
    return delivery_note(folder, arena, &delivery, trouble);
}

enum err drop_folder_scan(struct drop_folder *folder, struct arena *arena, struct moment now,
                          int64_t still_ms, struct deliveries *out, struct trouble *trouble)
{
    struct names begun = { .arena = arena }, dropped = { .arena = arena };

    *out = (struct deliveries){ .count = 0 };
    enum err err = list(folder, path_in(arena, folder->path, WORKING), &begun, trouble);
    for (size_t i = 0; i < begun.count && err == OK; i++)
        if (is_place(begun.name[i].data))
            err = go_on_with(folder, arena, begun.name[i].data, out, trouble);
    if (err == OK)
        err = list(folder, folder->path, &dropped, trouble);
    for (size_t i = 0; i < dropped.count && err == OK; i++) {
        const char *name = drop_control_of(arena, dropped.name[i].data);
        if (name != NULL && is_finished(path_in(arena, folder->path, name), now, still_ms) &&
            is_finished(path_in(arena, folder->path, dropped.name[i].data), now, still_ms))
            err = pick_up(folder, arena, now, name, out, trouble);
    }
    return err;
}

/* --- the receipt --- */

static enum err write_all(const struct drop_folder *folder, int file, const char *path,
                          struct text text, struct trouble *trouble)
{
    while (text.size > 0) {
        const ssize_t put = folder->outside->write(file, text.data, text.size);
        if (put <= 0)
            return failed(path, trouble);
        text.data += put;
        text.size -= (size_t)put;
    }
    return folder->outside->sync(file) == 0 ? OK : failed(path, trouble);
}

enum err delivery_note(const struct drop_folder *folder, struct arena *arena,
                       const struct delivery *delivery, struct trouble *trouble)
{
    const char *path = path_in(arena, delivery->folder, RECEIPT_NAME ".new");

    (void)folder->outside->remove_file(path);
    const int file = folder->outside->open_write(path);
    if (file < 0)
        return failed(path, trouble);
    enum err err = write_all(folder, file, path,
                             drop_words_write(arena, drop_receipt_name, RECEIPTS,
                                              delivery->receipt), trouble);
    if (folder->outside->close(file) != 0 && err == OK)
        err = failed(path, trouble);
    if (err == OK)
        err = move(folder, path, path_in(arena, delivery->folder, RECEIPT_NAME), trouble);
    return err != OK ? err : keep_names(folder, delivery->folder, trouble);
}

enum err delivery_end(const struct drop_folder *folder, struct arena *arena,
                      const struct delivery *delivery, bool done, struct trouble *trouble)
{
    const char *into = path_in(arena, folder->path, done ? "done" : "refused");
    enum err err = delivery_note(folder, arena, delivery, trouble);

    if (err == OK)
        err = move(folder, delivery->folder, path_in(arena, into, delivery->place), trouble);
    if (err == OK)
        err = keep_names(folder, into, trouble);
    return err != OK ? err : keep_names(folder, path_in(arena, folder->path, WORKING), trouble);
}
