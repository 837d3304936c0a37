/*
 * web/document_view.h -- a document as HTML: the form that every reader and machine can use.
 *
 * document_show() writes what stands below the page's h1, for a page in the frame;
 * document_html() a whole page that stands by itself, without style or script.
 *
 * Numbers of headings and paragraphs are the document's text. Bars stand below the table that holds
 * their figures, and say these too.
 */
#ifndef OCHIL_DOCUMENT_VIEW_H
#define OCHIL_DOCUMENT_VIEW_H

#include "document/document.h"
#include "web/html.h"

void document_show(struct html *, const struct document *);

MUST_USE enum err document_html(const struct document *, struct arena *, struct text *bytes,
                                struct trouble *);

#endif
