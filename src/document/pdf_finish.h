/*
 * document/pdf_finish.h -- what cairo 1.16 cannot say, put into the PDF that it wrote.
 *
 *   the language (/Lang), that the title is shown and not the file's name (DisplayDocTitle), and
 *   the mark of PDF/UA in metadata (XMP)
 *   /Scope of every head of a table: Column in its THead, Row in its TBody
 *   /Alt of every drawing, in their order
 *   what has no tag (rules, footers, heads that are repeated) is marked as decoration, /Artifact
 *
 * The file is read as far as its own table of contents says and written anew with another one. Of
 * PDF it understands what cairo writes; anything else is refused, never passed on half done.
 *
 * Source: ISO 32000-1 (7.5, 14.6 to 14.8), ISO 14289-1.
 *
 * Errors: ERR_IO.
 */
#ifndef OCHIL_PDF_FINISH_H
#define OCHIL_PDF_FINISH_H

#include "document/document.h"

MUST_USE enum err pdf_finish(const struct document *, struct arena *, struct text pdf,
                             struct text *out, struct trouble *);

/* "2014-06-30T09:00:00Z" */
#define PDF_MOMENT_SIZE 21
void pdf_moment(struct moment, char text[PDF_MOMENT_SIZE]);

#endif
