#include "finance/finance_joint_model.h"

#include <assert.h>
#include <stdlib.h>

#include "finance/finance_csv_file.h"
#include "finance/finance_settlement_rows.h"
#include "finance/finance_standing.h"
#include "web/form_json.h"
#include "web/route.h"

const char *joint_sight_word(enum joint_sight sight)
{
    static const char *const words[SIGHTS] = { "shared", "none", "all" };

    return words[sight];
}

bool joint_period_day(struct text year, int index, struct db_day *out)
{
    const int month = index >= PERIODS - 1 ? 12 : index + 1;    /* of the year: April is 1 */
    int32_t first;

    if (!year_parse(year, &first))
        return false;
    /* The day before the next month begins. */
    if (!db_day_of(first + (month >= 9 ? 1 : 0), month >= 9 ? month - 8 : month + 4, 1, out))
        return false;
    out->days--;
    return true;
}

/* --- proposals --- */

static void keep_shared(struct arena *arena, struct joint_proposals *out,
                        const struct two_key_proposal *proposal)
{
    if (!proposal->shared)
        return;
    out->proposal = arena_grow(arena, out->proposal, out->count, out->count + 1,
                               sizeof *out->proposal);
    out->proposal[out->count++] = *proposal;
}

enum err joint_proposals_load(struct tx *tx, struct arena *arena, const struct councils *councils,
                              const char *kind, struct text subject, struct joint_proposals *out,
                              struct trouble *trouble)
{
    int64_t *council = arena_take(arena, councils->count + 1, sizeof *council);
    struct two_key_filter filter = {
        .council = tx_council(tx), .kind = text_of(kind), .subject = subject,
        .councils = council, .council_count = councils->count, .rows = TWO_KEY_ROWS_MAX };
    struct two_key_proposal *page;
    size_t count = TWO_KEY_ROWS_MAX;
    enum err err = OK;

    *out = (struct joint_proposals){ .count = 0 };
    for (size_t i = 0; i < councils->count; i++)
        council[i] = councils->council[i].id;
    while (err == OK && count == TWO_KEY_ROWS_MAX) {
        err = two_key_list(tx, arena, &filter, &page, &count, trouble);
        for (size_t i = 0; i < count && err == OK; i++)
            keep_shared(arena, out, &page[i]);
        if (count > 0)
            filter.below = page[count - 1].place.id;
    }
    return err;
}

const struct two_key_proposal *joint_in_force(const struct joint_proposals *all,
                                              struct text subject, struct db_day day)
{
    const struct two_key_proposal *found = NULL;

    for (size_t i = 0; i < all->count; i++) {
        const struct two_key_proposal *one = &all->proposal[i];
        if (one->key.state == TWO_KEY_AGREED && text_equal(one->subject, subject) &&
            one->key.effective_days <= day.days &&
            (found == NULL || one->version > found->version))
            found = one;
    }
    return found;
}

static struct form *content_of(struct arena *arena, const struct two_key_proposal *proposal)
{
    struct form *form = arena_take(arena, 1, sizeof *form);

    if (!form_read_json(arena, proposal->payload, form))
        form->count = 0;
    return form;
}

/* --- gaps and parts --- */

static void add_gap(struct arena *arena, struct joint_model *model, struct joint_gap gap)
{
    model->gap = arena_grow(arena, model->gap, model->gaps, model->gaps + 1, sizeof *model->gap);
    model->gap[model->gaps++] = gap;
}

static enum err add_part(struct arena *arena, struct joint_model *model, struct joint_part part,
                         struct text words, struct trouble *trouble)
{
    struct sha256_sum sum;
    const enum err err = sha256_of(words.data, words.size, &sum, trouble);

    if (err != OK)
        return err;
    sha256_hex(&sum, part.sha256);
    model->part = arena_grow(arena, model->part, model->parts, model->parts + 1,
                             sizeof *model->part);
    model->part[model->parts++] = part;
    return OK;
}

static enum err add_agreed(struct arena *arena, struct joint_model *model, const char *kind,
                           const struct two_key_proposal *proposal, struct trouble *trouble)
{
    const struct joint_part part = { .kind = kind, .subject = proposal->subject,
                                     .version = proposal->version, .id = proposal->place.id };

    return add_part(arena, model, part, proposal->payload, trouble);
}

static bool has_turned(const struct two_key_proposal *proposal, int64_t council)
{
    for (size_t i = 0; i < proposal->key.turn_count; i++)
        if (proposal->key.turns[i].council == council)
            return true;
    return false;
}

/* It is not agreed: but it may be proposed, and then it waits. `who` is "Basis ROLL". */
static void add_missing(struct arena *arena, struct joint_model *model,
                        const struct joint_proposals *all, const char *kind, struct text subject,
                        const char *who)
{
    bool proposed = false;

    for (size_t i = 0; i < all->count; i++) {
        const struct two_key_proposal *one = &all->proposal[i];
        if (one->key.state != TWO_KEY_PROPOSED || !text_equal(one->subject, subject))
            continue;
        proposed = true;
        for (size_t c = 0; c < model->councils.count; c++) {
            const struct council *council = &model->councils.council[c];
            if (!has_turned(one, council->id))
                add_gap(arena, model, (struct joint_gap){
                    council->code, "proposal", subject,
                    arena_print(arena, "%s is proposed and waits for the key of %.*s.", who,
                                TEXT(council->name)) });
        }
    }
    if (!proposed)
        add_gap(arena, model, (struct joint_gap){
            text_of(""), kind, subject,
            arena_print(arena, "%s is not agreed: prepare it, and let every council agree.",
                        who) });
}

/* --- what is agreed --- */

static void take_sight(struct joint_model *model)
{
    const struct text word = form_value(model->words.cost_model, "sight");

    for (enum joint_sight sight = 0; sight < SIGHTS; sight++)
        if (text_is(word, joint_sight_word(sight)))
            model->sight = sight;
}

static enum err take_cost_model(struct tx *tx, struct arena *arena, struct db_day day,
                                struct joint_model *model, struct trouble *trouble)
{
    struct joint_proposals all;
    enum err err = joint_proposals_load(tx, arena, &model->councils, COST_MODEL_KIND, model->year,
                                        &all, trouble);

    if (err != OK)
        return err;
    const struct two_key_proposal *found = joint_in_force(&all, model->year, day);
    if (found == NULL) {
        add_missing(arena, model, &all, COST_MODEL_KIND, model->year,
                    arena_print(arena, "The cost model of %.*s", TEXT(model->year)));
        return OK;
    }
    model->words.cost_model = content_of(arena, found);
    take_sight(model);
    return add_agreed(arena, model, COST_MODEL_KIND, found, trouble);
}

static int by_subject(const void *one, const void *other)
{
    const struct two_key_proposal *const *a = one, *const *b = other;

    return text_compare((*a)->subject, (*b)->subject);
}

/* Every basis in force, by its code. */
static enum err take_bases(struct arena *arena, const struct joint_proposals *all,
                           struct db_day day, struct joint_model *model, struct trouble *trouble)
{
    const struct two_key_proposal **found = arena_take(arena, all->count + 1, sizeof *found);
    size_t count = 0;
    enum err err = OK;

    for (size_t i = 0; i < all->count; i++)
        if (joint_in_force(all, all->proposal[i].subject, day) == &all->proposal[i])
            found[count++] = &all->proposal[i];
    if (count > 0)
        qsort(found, count, sizeof *found, by_subject);
    model->words.basis = arena_take(arena, count + 1, sizeof *model->words.basis);
    for (size_t i = 0; i < count && err == OK; i++) {
        model->words.basis[model->words.bases++] = (struct joint_basis){
            found[i]->subject, content_of(arena, found[i]) };
        err = add_agreed(arena, model, BASIS_KIND, found[i], trouble);
    }
    return err;
}

/* Bases that a pool or another basis names. They stand in the files by their names, so that the
 * reader tells no second fault of them. */
static void find_missing(struct arena *arena, const struct joint_proposals *all,
                         struct joint_model *model)
{
    const size_t there = model->words.bases;

    joint_name_missing(arena, &model->words);
    for (size_t i = there; i < model->words.bases; i++)
        add_missing(arena, model, all, BASIS_KIND, model->words.basis[i].code,
                    arena_print(arena, "Basis %.*s", TEXT(model->words.basis[i].code)));
}

static enum err judge(struct arena *arena, struct joint_model *model, struct trouble *trouble)
{
    struct joint_faults faults;
    enum err err = joint_files_judge(&model->agreed, &faults, trouble);

    for (size_t i = 0; i < faults.count && err == OK; i++) {
        const struct joint_fault *fault = &faults.fault[i];
        const bool basis = fault->subject.size > 0;
        const struct text subject = basis ? fault->subject : model->year;
        add_gap(arena, model, (struct joint_gap){
            text_of(""), basis ? BASIS_KIND : COST_MODEL_KIND, subject,
            arena_print(arena, "What is agreed does not work: %s %.*s, %s, %s",
                        basis ? "basis" : "cost model", TEXT(subject), fault->field,
                        fault->words) });
    }
    return err;
}

enum err joint_model_agreed(struct tx *tx, struct arena *arena, const struct councils *councils,
                            struct text year, struct db_day day, struct joint_model *model,
                            struct trouble *trouble)
{
    struct joint_proposals bases;
    enum err err;

    *model = (struct joint_model){ .year = year, .councils = *councils };
    model->words = (struct joint_words){ .year = year, .councils = &model->councils };
    err = take_cost_model(tx, arena, day, model, trouble);
    if (err == OK)
        err = joint_proposals_load(tx, arena, councils, BASIS_KIND, text_of(""), &bases, trouble);
    if (err == OK)
        err = take_bases(arena, &bases, day, model, trouble);
    if (err != OK || model->words.cost_model == NULL)
        return err;
    find_missing(arena, &bases, model);
    joint_files_make(arena, &model->words, &model->agreed);
    model->file = arena_take(arena, JOINT_FILES + 2, sizeof *model->file);
    model->files = model->agreed.count;
    memcpy(model->file, model->agreed.file, model->files * sizeof *model->file);
    return judge(arena, model, trouble);
}

/* --- each council's part --- */

enum err joint_model_period(struct tx *tx, struct arena *arena, int index,
                            struct joint_model *model, struct trouble *trouble)
{
    const struct councils *councils = &model->councils;
    struct period_standing *standing = arena_take(arena, councils->count + 1, sizeof *standing);
    enum err err = period_standing_load(tx, councils, model->year, index, standing, trouble);

    for (size_t i = 0; i < councils->count && err == OK; i++) {
        const struct council *council = &councils->council[i];
        const char *who = arena_print(arena, "%.*s", TEXT(council->name));
        const char *when = arena_print(arena, "%.*s/P%02d", TEXT(model->year), index + 1);
        if (!standing[i].taken)
            add_gap(arena, model, (struct joint_gap){
                council->code, "extract", text_of(when),
                arena_print(arena, "%s has not taken in its ledger of %s.", who, when) });
        else if (!standing[i].mapped)
            add_gap(arena, model, (struct joint_gap){
                council->code, "map", text_of(when),
                arena_print(arena, "%s has codes in %s that its map does not know.", who,
                            when) });
    }
    return err;
}

/* The same council may have been asked before, by a transaction that was tried again. */
static void drop_council(struct joint_model *model, const struct council *council)
{
    size_t kept = 0;

    for (size_t i = 0; i < model->parts; i++)
        if (model->part[i].council != council->id)
            model->part[kept++] = model->part[i];
    model->parts = kept;
    kept = 0;
    for (size_t i = 0; i < model->maps; i++)
        if (model->map[i].council != council->id)
            model->map[kept++] = model->map[i];
    model->maps = kept;
    kept = 0;
    for (size_t i = 0; i < model->gaps; i++)
        if (strcmp(model->gap[i].what, "map") != 0 ||
            !text_equal(model->gap[i].council, council->code) ||
            !text_equal(model->gap[i].subject, model->year))
            model->gap[kept++] = model->gap[i];
    model->gaps = kept;
}

/* The map beside what is agreed: now pools are known. */
static enum err judge_map(struct arena *arena, const struct council *council,
                          const struct money_map *map, struct joint_model *model,
                          struct trouble *trouble)
{
    struct memory_file file[JOINT_FILES + 2];
    struct joint_files files = model->agreed;
    struct memory_source source;
    struct faults faults;
    struct model read;
    bool usable;

    memcpy(file, files.file, files.count * sizeof *file);
    file[files.count] = (struct memory_file){ model_file_name[FILE_ACCOUNTS], map->accounts };
    file[files.count + 1] = (struct memory_file){ model_file_name[FILE_COST_CENTRES],
                                                  map->cost_centres };
    memory_source_open(&source, file, files.count + 2, NULL);
    faults_open(&faults, arena);
    enum err err = model_load(&source.source, arena, false, &faults, &read, &usable, trouble);
    if (err != OK)
        return err;
    model_close(&read);
    faults_sort(&faults);
    for (size_t i = 0; i < faults.count; i++) {
        const struct fault *fault = &faults.fault[i];
        if (fault->file != FILE_ACCOUNTS && fault->file != FILE_COST_CENTRES)
            continue;
        add_gap(arena, model, (struct joint_gap){
            council->code, "map", model->year,
            arena_print(arena, "The map of %.*s, %s, line %llu, value %.*s (%s): %s",
                        TEXT(council->name), model_file_name[fault->file],
                        (unsigned long long)fault->line, TEXT(fault->value),
                        fault_name(fault->code), fault_help(fault->code)) });
    }
    return OK;
}

enum err joint_model_council(struct tx *tx, struct arena *arena, const struct council *council,
                             struct joint_model *model, struct trouble *trouble)
{
    struct joint_map own = { .council = council->id };
    enum err err = money_map_load(tx, arena, council->id, model->year, &own.map, trouble);

    if (err != OK)
        return err;
    drop_council(model, council);
    model->map = arena_grow(arena, model->map, model->maps, model->maps + 1, sizeof *model->map);
    model->map[model->maps++] = own;
    if (own.map.version == 0) {
        add_gap(arena, model, (struct joint_gap){
            council->code, "map", model->year,
            arena_print(arena, "%.*s has no map of %.*s.", TEXT(council->name),
                        TEXT(model->year)) });
        return OK;
    }
    const struct joint_part part = { .council = council->id, .kind = "map",
                                     .subject = model->year, .version = own.map.version };
    err = add_part(arena, model, part,
                   money_map_append(arena, own.map.accounts, own.map.cost_centres), trouble);
    return err == OK && model->files > 0 ? judge_map(arena, council, &own.map, model, trouble)
                                         : err;
}

void joint_model_whole(struct arena *arena, struct joint_model *model)
{
    struct text accounts = { ACCOUNTS_HEADER, sizeof ACCOUNTS_HEADER - 1 };
    struct text centres = { COST_CENTRES_HEADER, sizeof COST_CENTRES_HEADER - 1 };

    for (size_t c = 0; c < model->councils.count; c++)
        for (size_t i = 0; i < model->maps; i++) {
            if (model->map[i].council != model->councils.council[c].id)
                continue;
            model->map[i].before[0] = money_map_lines(accounts);
            model->map[i].before[1] = money_map_lines(centres);
            accounts = money_map_append(arena, accounts, model->map[i].map.accounts);
            centres = money_map_append(arena, centres, model->map[i].map.cost_centres);
        }
    if (model->files == 0)
        return;
    model->files = model->agreed.count;
    model->file[model->files++] = (struct memory_file){ model_file_name[FILE_ACCOUNTS],
                                                        accounts };
    model->file[model->files++] = (struct memory_file){ model_file_name[FILE_COST_CENTRES],
                                                        centres };
}

/* Whose lines hold this one: the map that begins last ahead of it; NULL: none does. */
static const struct joint_map *map_at(const struct joint_model *model, int file, uint64_t line)
{
    const struct joint_map *found = NULL;

    for (size_t i = 0; i < model->maps; i++) {
        const struct joint_map *map = &model->map[i];
        if (map->before[file] > 0 && map->before[file] < line &&
            (found == NULL || found->before[file] < map->before[file]))
            found = map;
    }
    return found;
}

static struct text code_of_council(const struct joint_model *model, int64_t council)
{
    for (size_t c = 0; c < model->councils.count; c++)
        if (model->councils.council[c].id == council)
            return model->councils.council[c].code;
    return text_of("");
}

/* The line of a fault, below 10^18; 0: of none. */
static uint64_t line_of(struct text words)
{
    return words.size > 0 && words.size <= 18 && text_digits(words, 0) == words.size
               ? (uint64_t)route_number(words) : 0;
}

enum err joint_model_own_faults(struct arena *arena, const struct joint_model *model,
                                struct text *errors, struct trouble *trouble)
{
    struct error_rows rows;
    struct csv_file made;
    const enum err err = error_rows_read(arena, *errors, &rows, trouble);

    if (err != OK)
        return err;
    csv_file_open(&made, arena, text_of("file,line,code,value\n"));
    for (size_t i = 0; i < rows.count; i++) {
        struct error_row *row = &rows.row[i];
        const int file = text_is(row->file, model_file_name[FILE_ACCOUNTS]) ? 0
                         : text_is(row->file, model_file_name[FILE_COST_CENTRES]) ? 1 : -1;
        const uint64_t line = line_of(row->line);
        const struct joint_map *map = file < 0 ? NULL : map_at(model, file, line);
        if (map != NULL) {
            row->file = text_of(arena_print(arena, "%.*s/%.*s",
                                            TEXT(code_of_council(model, map->council)),
                                            TEXT(row->file)));
            row->line = text_of(arena_number(arena, (int64_t)(line - map->before[file] + 1)));
        }
        csv_file_row(&made, (struct text[]){ row->file, row->line, row->code, row->value }, 4);
    }
    *errors = csv_file_close(&made);
    return OK;
}
