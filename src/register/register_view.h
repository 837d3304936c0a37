/*
 * register/register_view.h -- a register as pages and as files: a const model in, bytes out.
 *
 * Read next: register_pages.h, which fills the models.
 */
#ifndef OCHIL_REGISTER_VIEW_H
#define OCHIL_REGISTER_VIEW_H

#include "register/evidence_desk.h"
#include "register/register_field_view.h"
#include "register/view_store.h"

#define REGISTER_PAGE_ROWS 50

/* A list as it was asked for. */
struct register_list {
    const struct register_type *type;
    struct register_column      column[REGISTER_COLUMNS_MAX];
    size_t                      columns;
    struct register_filter      filter;
    struct url                  url;        /* with all that was asked for but the place */
    struct entries              found;      /* all that match, in order */
    size_t                      all;        /* how many there are without the filter */
    size_t                      begin, end; /* those of `found` that are on this page */
    bool                        may_edit;
    struct text                 service[SERVICES_MOST];     /* of what is there unfiltered */
    size_t                      services;
    struct saved_views          views;
};

/* A view by its name, and whose it is. */
void saved_view_link(struct request *, struct html *, const struct register_type *,
                     const struct saved_view *);

enum err register_list_page(struct request *, const struct register_list *);
/* The same selection as files: every page of it, the same columns in the same order. */
enum err register_list_csv(struct request *, const struct register_list *);
enum err register_list_json(struct request *, const struct register_list *, struct text council);
/* XLSX or ODS, with a sheet that says whence the file comes. */
enum err register_list_book(struct request *, const struct register_list *, struct text council,
                            bool ods);

/* The same as an Atom feed, by the last change of each; `found`, of whole entries, is sorted so.
 * `store`: its number (council.h), of which those in the feed are made. */
enum err register_list_atom(struct request *, struct register_list *, struct text store);
#define ATOM_TYPE "application/atom+xml"
#define ODS_TYPE "application/vnd.oasis.opendocument.spreadsheet"
#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

/* Entries of another register that name this one. */
struct entry_links {
    const struct register_type *type;
    struct entries              found;
    const char                 *field;      /* that names it: "risk" */
    bool                        may_add;
};

/* One entry, with what goes with it. */
struct entry_page {
    const struct register_type *type;
    struct entry                entry;
    struct entry_file           file;
    struct text                 council;    /* its name */
    bool                        may_edit;   /* the right, and it is the council's to change */
    bool                        may_write;  /* any of its fields */
    bool                        may_share;
    bool                        may_comment;
    struct evidence_links       attached;   /* files, as far as the council may read them */
    struct entry_links         *link;
    size_t                      links;
    const char                 *refused;    /* what was wrong with what was sent; NULL: nothing */
    struct text                 event, why, words;  /* what was typed */
    void                       *more;       /* what the type's `gather` has read */
    /* A form of the type's own that was refused: what is wrong with each of its fields. */
    const struct field_form    *form;
    const char *const          *wrong;
    size_t                      form_fields;    /* 0: none was */
};

enum err register_entry_page(struct request *, const struct entry_page *, int status);

/* An address below the entry's: "/risks/CLK-12/edit". */
struct url entry_sub_url(struct request *, const struct entry_page *, const char *word);

/* What a form on the entry's page carries: the version that it was made of. */
void entry_version_field(struct request *, struct html *, const struct entry *);

/* A form that is filled in; `was`: what it changes, NULL for a new one. */
struct entry_form {
    const struct register_type *type;
    const struct entry         *was;
    struct entry                now;                        /* what was typed */
    const char                 *wrong[REGISTER_FIELDS_MAX];
    bool                        writable[REGISTER_FIELDS_MAX];  /* by who asks; or left out */
    const char                 *service[SERVICES_MOST + 2];     /* to choose from; ends at NULL */
    bool                        all_services;   /* and none of them, too */
};

enum err register_form_page(struct request *, const struct entry_form *, int status);

/* 409: what stands there now beside what was typed; the form goes on from either. */
enum err register_conflict_page(struct request *, const struct entry_form *, int status);

/* An entry as an object of JSON: its fields by their names, without what is withheld, and what
 * follows from them. */
void entry_json(struct json *, const struct register_type *, const struct entry *);

#endif
