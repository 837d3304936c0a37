/*
 * cli/page.h -- one help page, written as plain text of 79 columns or as scdoc source.
 *
 * What `ochil help close` prints and what the manual page ochil-close(1) says come from the
 * same calls, so they cannot differ. Text is plain: paragraphs with a blank line between them,
 * no markup; whatever scdoc would take for markup is escaped.
 */
#ifndef OCHIL_CLI_PAGE_H
#define OCHIL_CLI_PAGE_H

#include <stdio.h>

#include "base/base.h"

/* A blank at which no line is broken: "--out" HARD_BLANK "DIR". */
#define HARD_BLANK "\037"

enum page_form { PAGE_TEXT, PAGE_SCDOC };

struct page {
    FILE          *out;
    enum page_form form;
};

/* The manual page's name and section, and its one line. */
void page_open(struct page *, const char *name, int section, const char *summary);
/* A heading in capitals, and one below it as it is written. */
void page_section(struct page *, const char *title);
void page_subsection(struct page *, const char *title);
/* Paragraphs. A line that begins with four blanks stands as it is. */
void page_paragraphs(struct page *, const char *text);
/* A term with its meaning below it, further in. */
void page_term(struct page *, const char *term, const char *meaning);
/* A line to be typed, with its meaning below it. */
void page_example(struct page *, const char *line, const char *meaning);

/* Wraps `text` to 79 columns: the first line at `first` blanks, the others at `indent`. Used by
 * the short help too. */
void page_wrap(FILE *, size_t first, size_t indent, const char *text);

#endif
