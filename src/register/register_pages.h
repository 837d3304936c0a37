/*
 * register/register_pages.h -- what a browser or a program can ask of any register: the handlers of
 * the rows in register_rows.h, which find the register in their row (`of`); and what a feature's
 * own handlers about an entry are made of.
 */
#ifndef OCHIL_REGISTER_PAGES_H
#define OCHIL_REGISTER_PAGES_H

#include "register/register_view.h"

enum err register_list_show(struct request *);
enum err register_list_csv_show(struct request *);
enum err register_list_json_show(struct request *);
enum err register_list_xlsx_show(struct request *);
enum err register_list_ods_show(struct request *);
enum err register_list_atom_show(struct request *);
enum err register_new_show(struct request *);
enum err register_make(struct request *);
enum err register_entry_show(struct request *);
enum err register_edit_show(struct request *);
enum err register_change_make(struct request *);
enum err register_state_make(struct request *);
enum err register_sharing_make(struct request *);
enum err register_comment_make(struct request *);
enum err register_attach_prepare(struct request *);
enum err register_attach_make(struct request *);
enum err register_file_prepare(struct request *);
enum err register_detach_make(struct request *);
enum err api_register_list(struct request *);
enum err api_register_show(struct request *);
enum err api_register_make(struct request *);
enum err api_register_change(struct request *);
enum err api_register_state(struct request *);
enum err api_register_share(struct request *);
enum err api_register_files(struct request *);
enum err api_register_attach(struct request *);
enum err api_register_detach(struct request *);

/* The list that the query asks for; `path` as in "/risks". ENTRY_SHORT: as whole as what is asked
 * for needs. */
enum err register_list_load(struct request *, const char *path, enum entry_depth,
                            struct register_list *);

/* The list that the request's fields ask for, judged: its address, and the query in it, in one
 * spelling, of nothing but what a list reads. */
enum err register_query_read(struct request *, const struct register_type *, struct url *,
                             struct text *query);

/* On Home: what waits for the acting council, of every register that says so. In its scope. */
struct entry_wait {
    const struct register_type *type;
    struct entry                entry;
    const char                 *what;
    struct db_day               due;
};
struct entry_waits {
    struct entry_wait *wait;
    size_t             count;
};
enum err entry_waits_load(struct request *, struct entry_waits *);
void entry_waits_shown(struct request *, struct html *, const struct entry_waits *);

/* On Home: the views that somebody finds there. */
enum err saved_views_home(struct request *, struct html *);

/* Who asks by this request, by the right of its row. */
struct entry_asker register_asker(const struct request *);

/* The same, for rules of turns. */
struct entry_turn register_turn(const struct request *);

/* The entry that the route names; `editable`: if it is this council's to change. */
enum err register_entry_load(struct request *, bool editable, struct entry *);

/* What is done by this request: "risk.edit". */
struct register_deed register_deed_of(struct request *, const char *event);

/* The entry's page, with what was refused. The entry, and what was typed, are in it. */
enum err register_entry_answer(struct request *, struct entry_page *, int status);

/* What a form on the entry's page is about: the entry, if it is this council's to change and was
 * not changed meanwhile; `*done`: there is an answer. */
enum err register_change_begin(struct request *, struct entry_page *, bool *done);

/* What the request's form asks for is done to the entry and kept: a step of its life, or who sees
 * it. `*refused`: why it is not, and nothing is; NULL: it is, and `now` is what it became. */
enum err register_state_keep(struct request *, const struct entry *was, struct entry *now,
                             const char **refused);
enum err register_sharing_keep(struct request *, const struct entry *was, struct entry *now,
                               const char **refused);

/* Back to the entry's page. */
enum err register_entry_redirect(struct request *, const struct entry *);

/* What was typed into these fields, and whether it is fit. */
bool register_form_read(struct request *, const struct field_form form[], size_t count,
                        struct text value[], const char *wrong[]);

/* The fields of the request's form into the entry, as far as they are this actor's to write. */
void register_fields_read(struct request *, struct entry *);

/* All fields are fit, and there is what they name. `was`: NULL for a new one. */
enum err register_fields_judge(struct request *, const struct entry *was, const struct entry *,
                               const char *wrong[], bool *fit);

#endif
