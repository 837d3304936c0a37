/*
 * finance/finance_api.h -- what programs can ask of money: the rows of finance_api_table.c.
 *
 * They do what the pages do, by the same functions, and see no more.
 */
#ifndef OCHIL_FINANCE_API_H
#define OCHIL_FINANCE_API_H

#include "finance/finance_pages.h"

/* finance_api.c */
enum err api_year_list(struct request *);
enum err api_year_begin(struct request *);
enum err api_month_list(struct request *);
enum err api_month_show(struct request *);
enum err api_profile_list(struct request *);
enum err api_profile_show(struct request *);
enum err api_profile_keep(struct request *);

/* finance_import_api.c */
enum err api_import_list(struct request *);
enum err api_import_upload_prepare(struct request *);
enum err api_import_upload(struct request *);
enum err api_import_show(struct request *);
enum err api_import_preview(struct request *);
enum err api_import_choose(struct request *);
enum err api_import_begin(struct request *);
enum err api_import_withdraw(struct request *);
enum err api_import_refusals(struct request *);

/* finance_map_api.c */
enum err api_map_show(struct request *);
enum err api_map_gaps(struct request *);
enum err api_map_accounts_keep(struct request *);
enum err api_map_centres_keep(struct request *);
enum err api_map_moves_keep(struct request *);
enum err api_map_reorganise(struct request *);

/* finance_basis_file_api.c */
enum err api_basis_file_list(struct request *);
enum err api_basis_file_upload(struct request *);
enum err api_basis_file_show(struct request *);
enum err api_basis_file_preview(struct request *);
enum err api_basis_file_read(struct request *);
enum err api_basis_file_refusals(struct request *);

/* Members of an object that is being written. */
void api_text(struct json *, const char *key, struct text);
void api_text_or_null(struct json *, const char *key, struct text);     /* empty: null */
void api_number(struct json *, const char *key, int64_t);
void api_number_or_null(struct json *, const char *key, int64_t);       /* 0: null */
void api_flag(struct json *, const char *key, bool);
void api_money(struct json *, const char *key, int64_t pence);
void api_preview(struct json *, const struct extract_preview *);
void api_moment(struct json *, const char *key, struct moment);         /* { 0 }: null */

#endif
