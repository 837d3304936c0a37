/*
 * finance/finance_joint_files.h -- what the councils agree, as the engine's files, and the engine's
 * judgement of them.
 *
 * A basis and a cost model are proposals (finance_basis.h): texts by the names of their fields.
 * Here they become partnership.csv, partners.csv, services.csv, pools.csv, bases.csv,
 * basis_values.csv, blends.csv and support.csv (docs/engine.md, section 2), the same bytes for the
 * same texts. Whether they are right is asked of the engine's reader (model_load(), shares_test())
 * and of nobody else; a fault is told by the field and line that a person wrote.
 *
 * A basis that is only named (`content` NULL) stands as one of equal shares, so that what names it
 * can be judged before it is agreed. Without a cost model each basis that has content gets a pool
 * of its own, so that faults that depend on a period are found.
 *
 * Pure; everything lives in `arena`.
 */
#ifndef OCHIL_FINANCE_JOINT_FILES_H
#define OCHIL_FINANCE_JOINT_FILES_H

#include "engine/model.h"
#include "store/council.h"
#include "web/form_fields.h"

struct joint_basis {
    struct text        code;
    const struct form *content;     /* NULL: named alone */
};

struct joint_words {
    struct text             year;           /* "2014-15" */
    const struct councils  *councils;
    const struct form      *cost_model;     /* NULL: none */
    struct joint_basis     *basis;          /* codes are different */
    size_t                  bases;
};

#define JOINT_FILES 8

struct joint_files {
    struct arena             *arena;
    const struct joint_words *words;
    struct memory_file        file[JOINT_FILES];
    size_t                    count;
    /* [basis]: the line of a file on which the first line of its field stands. */
    uint64_t                 *values_line, *components_line;
    /* Lines that the field has less than the file: its header. */
    uint64_t                  services_less, pools_less, support_less;
};

void joint_files_make(struct arena *, const struct joint_words *, struct joint_files *);

/* What the engine refuses, in words of the forms. */
struct joint_fault {
    struct text     subject;        /* of the basis; empty: of the cost model */
    const char     *field;          /* "values" */
    uint64_t        line;           /* of the field; 0: as a whole */
    const char     *code;           /* "BASIS_NEGATIVE" */
    struct text     value;
    const char     *words;          /* "line 2, value -5 (BASIS_NEGATIVE): a basis cannot..." */
};

struct joint_faults {
    struct joint_fault *fault;
    size_t              count;
};

/* Faults of the joint files alone: maps are not asked for. */
MUST_USE enum err joint_files_judge(const struct joint_files *, struct joint_faults *,
                                    struct trouble *);

/* The model that the files make, in spite of faults; for model_close(). ERR_USAGE: no year. */
MUST_USE enum err joint_files_load(const struct joint_files *, struct faults *, struct model *,
                                   struct trouble *);

/* The councils in listing order: [councils], places in joint_words.councils. The field `partners`
 * names each once; NULL, or a sentence. */
const char *joint_order(const struct joint_words *, size_t order[]);

/* Codes of bases that a cost model's pools name, or that a basis is made of. */
struct joint_names {
    struct text *name;
    size_t       count;
};
void joint_model_names(struct arena *, const struct form *cost_model, struct joint_names *);
void joint_basis_names(struct arena *, const struct form *basis, struct joint_names *);

/* The place of a code; `bases`: it is not there. */
size_t joint_basis_place(const struct joint_words *, struct text code);

/* Adds what is named and not there, named alone. */
void joint_name_missing(struct arena *, struct joint_words *);

#endif
