/*
 * document/pdf_writer.h -- a document as PDF for A4 paper, tagged, by cairo and pango.
 *
 * Liberation Sans 12 (tables smaller where they would not fit, never below 8), black on white:
 * what is drawn has its figures in a table too. Headings are bookmarks. Tables repeat their heads
 * on a new page, as decoration; for a screen reader they have them once.
 *
 * cairo writes pages, tags and bookmarks; pdf_finish.h adds what it has no words for: language,
 * scope of heads, alternatives of drawings, decoration marked as such, PDF/UA's mark.
 *
 * Same document, same bytes (with the same libraries and fonts): the moment is the document's.
 *
 * Errors: ERR_IO: Liberation Sans is not installed, cairo's reason, or no memory.
 */
#ifndef OCHIL_PDF_WRITER_H
#define OCHIL_PDF_WRITER_H

#include "document/document.h"

MUST_USE enum err pdf_write(const struct document *, struct arena *, struct text *bytes,
                            struct trouble *);

#endif
