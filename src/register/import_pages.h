/*
 * register/import_pages.h -- entries from a file, as browsers and programs ask for it: the handlers
 * of the rows in register_rows.h, which find the register in their row (`of`).
 *
 * A file is kept as evidence, and read anew for every page: nothing of it stands in the store
 * otherwise until it is added. Reading is done in `prepare`, outside any transaction.
 */
#ifndef OCHIL_IMPORT_PAGES_H
#define OCHIL_IMPORT_PAGES_H

#include "register/import_view.h"
#include "web/api_field.h"

enum err import_new_show(struct request *);
enum err import_template_show(struct request *);
enum err import_take_prepare(struct request *);
enum err import_take(struct request *);
enum err import_read_prepare(struct request *);
enum err import_show(struct request *);
enum err import_bad_show(struct request *);
enum err import_columns_make(struct request *);
enum err import_add_make(struct request *);
enum err import_back_make(struct request *);
enum err api_import_prepare(struct request *);
enum err api_import_make(struct request *);
extern const struct api_call import_call;

#endif
