/*
 * engine/model_import.c -- the rows of the model files become the model, or faults.
 *
 * The invariants: a row's columns are tested from left to right and its first fault is the one
 * shown; then its key; then what it shares with other rows (contract, fine print 11 and 12). A
 * faulty row of partners, services, pools or bases still makes its code known, so that one
 * mistake does not become a hundred; a faulty row elsewhere is not in effect. A test against a
 * file that is missing is not made (fine print 15).
 *
 * The codes are read first (they may be used in files that come earlier), then every row.
 */
#include <stdio.h>

#include "engine/model_rows.h"
#include "engine/model_rules.h"
#include "engine/record.h"


static const struct form {
    const char *header;
    size_t      columns;
    size_t      key;             /* so many columns, from the first, are its key; 0: none */
    bool        optional;
    row_rule   *take;
} forms[FILE_BOOK] = {
    [FILE_PARTNERSHIP] = { "key,value", 2, 1, false, take_setting },
    [FILE_PARTNERS] = { "partner,name", 2, 1, false, take_partner },
    [FILE_SERVICES] = { "service,name,lead", 3, 1, false, take_service },
    [FILE_POOLS] = { "pool,name,service,kind,from,to,basis", 7, 0, false, take_pool },
    [FILE_BASES] = { "basis,name,kind,places,tolerance,estimate,actual,unit,source", 9, 1, false,
                     take_basis },
    [FILE_BASIS_VALUES] = { "basis,from,partner,value", 4, 3, false, take_basis_value },
    [FILE_BLENDS] = { "basis,component,weight", 3, 2, true, take_blend },
    [FILE_ACCOUNTS] = { "partner,account,group", 3, 2, false, take_account },
    [FILE_COST_CENTRES] = { "partner,cost_centre,account,from,to,treatment,pool,bearer", 8, 0,
                            false, take_cost_centre },
    [FILE_SUPPORT] = { "pool,from,receiver,value", 4, 3, true, take_driver },
    [FILE_CHARGED] = { "kind,pool,period,group,partner,borne,paid,net", 8, 5, true, take_charged },
    [FILE_CORRECTED] = { "kind,pool,period,carried_in,group,partner,borne,paid", 8, 6, true,
                         take_corrected },
    [FILE_BILLED] = { "service,partner,amount", 3, 2, true, take_billed },
};

const char *model_file_header(enum file_rank rank)
{
    return forms[rank].header;
}

/* Visits the records behind the header. Text faults are reported when `report` is set. */
typedef void record_visit(struct import *, const struct csv_record *, enum fault_code);

static void visit_records(struct import *import, bool report, record_visit *visit)
{
    struct model_file *file = &import->model->file[import->rank];
    struct text left = after_mark(file->bytes);
    const char *begin = left.data;
    char *spare = arena_take(import->arena, left.size, 1);   /* codes stay in it */
    bool header = true;
    struct csv_record record;
    size_t used;

    import->line = 1;
    for (; (used = csv_read(left, true, spare + (left.data - begin), &record)) > 0;
         left.data += used, left.size -= used, import->line += (uint32_t)record.lines) {
        enum fault_code fault = record_fault((struct text){ left.data, used }, &record);
        if (record.empty && fault == FAULT_NONE)
            continue;
        if (header && fault == FAULT_NONE && !record_is_header(&record, forms[import->rank].header))
            fault = FAULT_HEADER;
        if (fault != FAULT_NONE && report)
            fault_add(import->faults, (int32_t)import->rank, import->line, fault, text_of(""));
        if (header && fault != FAULT_NONE)
            return;
        file->lines += !header && report;
        file->usable = true;
        if (!header)
            visit(import, &record, fault);
        header = false;
    }
    if (header && report)
        fault_add(import->faults, (int32_t)import->rank, 1, FAULT_HEADER, text_of(""));
}

static void take_row(struct import *import, const struct csv_record *record,
                     enum fault_code fault)
{
    const struct form *form = &forms[import->rank];
    struct finding finding;
    char digits[24];

    if (fault != FAULT_NONE)
        return;                          /* reported already */
    if (record->count != form->columns) {
        size_t size = (size_t)snprintf(digits, sizeof digits, "%zu", record->count);
        finding = found(FAULT_FIELDS, (struct text){ digits, size });
    } else {
        import->repeated = form->key > 0 && row_key_is_repeated(import, record->field, form->key);
        finding = form->take(import, record->field);
    }
    if (finding.code != FAULT_NONE)
        fault_add(import->faults, (int32_t)import->rank, import->line, finding.code,
                  finding.value);
}

static void take_rows(struct import *import, enum file_rank rank)
{
    import->rank = rank;
    index_open(&import->keys, import->arena);
    if (import->model->file[rank].there)
        visit_records(import, true, take_row);
}

/* ---- the codes, before any row ---- */

/* The number of a code, new or known; *added tells which. */
static int32_t number_code(struct index *index, struct text code, size_t count, bool *added)
{
    int32_t number = index_add(index, 0, code, (int32_t)count);

    *added = (size_t)number == count;
    return number;
}

static void take_pool_code(struct import *import, struct text code, bool faulty)
{
    struct model *model = import->model;
    bool added;
    int32_t pool = number_code(&model->pool_index, code, model->pools, &added);

    if (added)
        *ADD(import, model->pool, model->pools, model->pools_room) =
            (struct pool){ .code = code, .line = import->line, .service = -1 };
    model->pool[pool].faulty = model->pool[pool].faulty || faulty;
}

static void take_basis_code(struct import *import, struct text code, bool faulty)
{
    struct model *model = import->model;
    bool added;
    int32_t basis = number_code(&model->basis_index, code, model->bases, &added);

    if (added) {
        *ADD(import, model->basis, model->bases, model->bases_room) = (struct basis){
            .code = code, .line = import->line, .estimate = -1, .actual = -1, .places = -1 };
        mpq_init(model->basis[basis].tolerance);
    }
    model->basis[basis].faulty = model->basis[basis].faulty || faulty;
}

/* Also for files that name partners when partners.csv cannot be used: what maps the lines can
 * still be tested then (fine print 15). */
static void take_partner_code(struct import *import, const struct csv_record *record,
                              enum fault_code fault)
{
    struct model *model = import->model;
    struct text code = record->field[0];
    bool added;

    (void)fault;
    (void)number_code(&model->partner_index, code, model->partners, &added);
    if (added)
        *ADD(import, model->partner, model->partners, model->partners_room) =
            (struct partner){ .code = code };
}

/* A row that is not even fit to be tested makes its code known too. */
static void take_code(struct import *import, const struct csv_record *record,
                      enum fault_code fault)
{
    struct model *model = import->model;
    bool faulty = fault != FAULT_NONE || record->count != forms[import->rank].columns;
    struct text code = record->field[0];
    bool added;

    if (code.size == 0)
        return;
    if (import->rank == FILE_PARTNERS) {
        take_partner_code(import, record, fault);
    } else if (import->rank == FILE_SERVICES) {
        (void)number_code(&model->service_index, code, model->services, &added);
        if (added)
            *ADD(import, model->service, model->services, model->services_room) =
                (struct service){ .code = code, .lead = -1 };
    } else if (import->rank == FILE_POOLS) {
        take_pool_code(import, code, faulty);
    } else {
        take_basis_code(import, code, faulty);
    }
}

/* ---- what rows share ---- */

static void test_bases_as_a_whole(struct import *import)
{
    struct model *model = import->model;

    if (!import_has(import, FILE_BASES))
        return;
    model_find_cycles(model, arena_take(import->arena, model->bases, sizeof(int32_t)));
    for (size_t b = 0; b < model->bases; b++) {
        struct basis *basis = &model->basis[b];
        bool blend_tested = !model->file[FILE_BLENDS].there || import_has(import, FILE_BLENDS);
        enum fault_code code = FAULT_NONE;
        if (!basis->kind_known || fault_stands_at(import->faults, FILE_BASES, basis->line))
            continue;
        if (basis->kind == BASIS_BLEND && blend_tested && !blend_is_whole(basis))
            code = FAULT_BLEND_NOT_100;
        else if (basis->on_cycle)
            code = FAULT_BASIS_CYCLE;
        if (code == FAULT_NONE)
            continue;
        basis->faulty = true;
        fault_add(import->faults, FILE_BASES, basis->line, code, basis->code);
    }
}

static enum err read_file(struct import *import, struct source *source, enum file_rank rank,
                          struct trouble *trouble)
{
    struct model_file *file = &import->model->file[rank];
    enum err err = source_read_all(source, import->arena, model_file_name[rank],
                                   MODEL_FILE_BYTES_MAX, &file->bytes, trouble);

    if (err == ERR_MISSING) {
        trouble->text[0] = '\0';
        if (!forms[rank].optional)
            fault_add(import->faults, (int32_t)rank, 0, FAULT_MISSING, text_of(""));
        return OK;
    }
    if (err != OK)
        return err;
    file->there = true;
    return sha256_of(file->bytes.data, file->bytes.size, &file->sum, trouble);
}

/* partnership.csv stands before everything else: without a year nothing can be tested. */
static bool read_settings(struct import *import)
{
    struct model *model = import->model;

    take_rows(import, FILE_PARTNERSHIP);
    if (!import_has(import, FILE_PARTNERSHIP))
        return false;
    if (!import->seen_year)
        fault_add(import->faults, FILE_PARTNERSHIP, 0, FAULT_SETTING, text_of(""));
    model->name = model->name.data == NULL ? text_of("") : model->name;
    return import->seen_year && !import->year_faulty;
}

static void read_codes(struct import *import)
{
    static const enum file_rank with_codes[] = { FILE_PARTNERS, FILE_SERVICES, FILE_POOLS,
                                                 FILE_BASES };
    static const enum file_rank with_partners[] = { FILE_ACCOUNTS, FILE_COST_CENTRES };

    for (size_t i = 0; i < COUNT(with_codes); i++) {
        import->rank = with_codes[i];
        if (import->model->file[import->rank].there)
            visit_records(import, false, take_code);
    }
    if (import_has(import, FILE_PARTNERS))
        return;
    for (size_t i = 0; i < COUNT(with_partners); i++) {
        import->rank = with_partners[i];
        if (import->model->file[import->rank].there)
            visit_records(import, false, take_partner_code);
    }
}

static void open_indexes(struct model *model, struct arena *arena)
{
    struct index *indexes[] = { &model->partner_index, &model->service_index, &model->pool_index,
                                &model->basis_index, &model->group_index, &model->account_index,
                                &model->centre_index, &model->slot_index, &model->driver_index };

    for (size_t i = 0; i < COUNT(indexes); i++)
        index_open(indexes[i], arena);
}

static enum err read_all(struct import *import, struct source *source, enum file_rank last,
                         bool *usable, struct trouble *trouble)
{
    struct model *model = import->model;
    enum err err;

    if ((err = read_file(import, source, FILE_PARTNERSHIP, trouble)) != OK)
        return err;
    if (!read_settings(import))
        return OK;
    *usable = true;
    for (enum file_rank rank = FILE_PARTNERS; rank <= last; rank++)
        if ((err = read_file(import, source, rank, trouble)) != OK)
            return err;
    read_codes(import);
    for (enum file_rank rank = FILE_PARTNERS; rank <= last; rank++) {
        take_rows(import, rank);
        if (rank == FILE_PARTNERS && import_has(import, FILE_PARTNERS) && model->partners < 2)
            fault_add(import->faults, FILE_PARTNERS, 0, FAULT_PARTNER, text_of(""));
    }
    test_bases_as_a_whole(import);
    if (!import_has(import, FILE_ACCOUNTS))
        (void)import_add_group(import, text_of(""));    /* where lines go that cannot be grouped */
    model->has_charged = import_has(import, FILE_CHARGED);
    model->has_corrected = import_has(import, FILE_CORRECTED);
    model->has_billed = import_has(import, FILE_BILLED);
    return OK;
}

enum err model_load(struct source *source, struct arena *arena, bool book_locks,
                    struct faults *faults, struct model *model, bool *usable,
                    struct trouble *trouble)
{
    *model = (struct model){ .arena = arena };
    struct import *import = arena_take(arena, 1, sizeof *import);
    *import = (struct import){ .model = model, .faults = faults, .arena = arena };
    open_indexes(model, arena);
    *usable = false;
    mpq_init(import->number);
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        mpq_clear(import->number);
        arena_pass_on(&outer);
    }
    enum err err = read_all(import, source, book_locks ? FILE_BILLED : FILE_SUPPORT, usable,
                            trouble);
    mpq_clear(import->number);
    return err;
}
