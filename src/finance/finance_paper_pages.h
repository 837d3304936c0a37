/*
 * finance/finance_paper_pages.h -- documents and layouts as functions of a request; their rows
 * stand in finance_paper_table.c.
 */
#ifndef OCHIL_FINANCE_PAPER_PAGES_H
#define OCHIL_FINANCE_PAPER_PAGES_H

#include "web/api_field.h"
#include "web/request.h"

/* finance_layout_pages.c */
enum err layouts_show(struct request *);
enum err layout_new(struct request *);
enum err layout_make(struct request *);
enum err layout_show(struct request *);

/* finance_paper_pages.c */
enum err papers_show(struct request *);
enum err paper_prepare(struct request *);
enum err paper_show(struct request *);
enum err api_papers_show(struct request *);
enum err api_paper_show(struct request *);

extern const struct api_call paper_list_call, paper_file_call;

#endif
