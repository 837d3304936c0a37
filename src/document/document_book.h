/*
 * document/document_book.h -- the tables of a document as a workbook, with typed cells: amounts
 * are numbers that can be added up, words are never formulas.
 *
 * The first sheet says what the file is (the title block); then each table has a sheet of its own.
 * Numbered paragraphs stand in a sheet "Text", since a figure without its words can mislead.
 */
#ifndef OCHIL_DOCUMENT_BOOK_H
#define OCHIL_DOCUMENT_BOOK_H

#include "document/document.h"

enum document_book { DOCUMENT_XLSX, DOCUMENT_ODS };

MUST_USE enum err document_book_write(const struct document *, struct arena *,
                                      enum document_book, struct text *bytes, struct trouble *);

#endif
