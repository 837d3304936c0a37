/*
 * register/register_rows.h -- the rows of the action table that every register has: pages, files
 * and calls, with their help. A feature's table is these and its own:
 *
 *     static const struct action actions[] = {
 *         REGISTER_ROWS(action_register, "action", "actions", "an action", MAY_SEE_ACTION,
 *                       MAY_EDIT_ACTION, ABOUT),
 *         { 0 },
 *     };
 *
 * The words are literals, since rows are const data that help, policy and site_check() read before
 * anything runs; server_schema_test holds them against the declaration.
 */
#ifndef OCHIL_REGISTER_ROWS_H
#define OCHIL_REGISTER_ROWS_H

#include "cli/action.h"
#include "register/import_pages.h"
#include "register/register_call.h"
#include "register/register_pages.h"

/* The files of the list's page, for programs: the same bytes. */
#define REGISTER_FILE_CALL(type, one, many, see, ending, words, word)                            \
    { .verb = "api " one " " ending, .summary = "The " many " as " words,                        \
      .description = "All that is found, in the order and columns of the list's page.",          \
      .method = ACTION_GET, .route = "/api/v1/" many "." ending, .right = see, .of = &type,      \
      .respond = register_list_##word##_show, .call = &register_##word##_call }

#define REGISTER_ROWS(type, one, many, a, see, edit, about)                                      \
    { .verb = one " list", .summary = "The " many ": filtered, sorted, page by page",            \
      .description = about "\n\n"                                                                \
      "The list shows the council's own " many " and those that its partner shares. Narrow it "  \
      "down with the boxes above it; a column's heading sorts by that column, and once more "    \
      "turns it round. The address of the page is the view: send it on, or keep it under a "     \
      "name with the form at the bottom, for yourself or for everybody of the council who sees " \
      "the list. Kept views stand above the list and on Home. The files below the list hold all " \
      "that was found, in the same order and columns.",                                          \
      .method = ACTION_GET, .route = "/" many, .right = see, .of = &type,                        \
      .respond = register_list_show },                                                           \
    { .verb = one " csv", .summary = "The same as CSV",                                          \
      .method = ACTION_GET, .route = "/" many ".csv", .right = see, .of = &type,                 \
      .respond = register_list_csv_show },                                                       \
    { .verb = one " json", .summary = "The same as JSON, with what was asked for",               \
      .method = ACTION_GET, .route = "/" many ".json", .right = see, .of = &type,                \
      .respond = register_list_json_show },                                                      \
    { .verb = one " xlsx", .summary = "The same as an Excel workbook",                           \
      .method = ACTION_GET, .route = "/" many ".xlsx", .right = see, .of = &type,                \
      .respond = register_list_xlsx_show },                                                      \
    { .verb = one " ods", .summary = "The same as an OpenDocument workbook",                     \
      .method = ACTION_GET, .route = "/" many ".ods", .right = see, .of = &type,                 \
      .respond = register_list_ods_show },                                                       \
    { .verb = one " atom", .summary = "The same as an Atom feed, the last changes first",        \
      .method = ACTION_GET, .route = "/" many ".atom", .right = see, .of = &type,                \
      .respond = register_list_atom_show },                                                      \
    { .verb = one " new", .summary = "The form for " a,                                          \
      .description = "Fill in the form and send it: " a " is recorded in the council's own "     \
      "register, with the next number there, and seen by that council alone until it says "      \
      "otherwise. What is needed or not fit is said above the form, all of it at once; nothing " \
      "that was typed is lost.",                                                                 \
      .method = ACTION_GET, .route = "/new-" one, .right = edit, .of = &type,                    \
      .respond = register_new_show },                                                            \
    { .verb = one " make", .summary = "Record " a,                                               \
      .method = ACTION_POST, .route = "/" many, .right = edit, .of = &type,                      \
      .form = "/new-" one, .respond = register_make },                                           \
    { .verb = one " show", .summary = "One of the " many ", with its history",                   \
      .description = "All that is known of it, who can see it, what was said, and what became "  \
      "of every field, when, by whom and why.\n\n"                                               \
      "The council whose it is says who sees it: itself alone, its partner too (shared), or "    \
      "both, who then both change it (joint). What was written or attached before it was "       \
      "shared stays where it was.\n\n"                                                           \
      "Files that it rests on are attached at the bottom. What holds personal data is never "    \
      "shown to the partner. When the council takes the entry back, its files are, too.",        \
      .method = ACTION_GET, .route = "/" many "/{" one ":word}", .right = see, .of = &type,      \
      .respond = register_entry_show },                                                          \
    { .verb = one " edit", .summary = "The form to change one of the " many,                     \
      .description = "Change what has changed, say why, and save. If somebody else has saved "   \
      "meanwhile, nothing of yours is written: you see both, and save what shall stand.",        \
      .method = ACTION_GET, .route = "/" many "/{" one ":word}/edit", .right = edit,             \
      .of = &type, .respond = register_edit_show },                                              \
    { .verb = one " change", .summary = "Change it, unless it was changed meanwhile",            \
      .method = ACTION_POST, .route = "/" many "/{" one ":word}", .right = edit, .of = &type,    \
      .form = "/" many "/{" one ":word}/edit", .respond = register_change_make },                \
    { .verb = one " state", .summary = "Take it to another state, and say why",                  \
      .method = ACTION_POST, .route = "/" many "/{" one ":word}/state", .right = edit,           \
      .of = &type, .respond = register_state_make },                                             \
    { .verb = one " share", .summary = "Say who sees it",                                        \
      .method = ACTION_POST, .route = "/" many "/{" one ":word}/sharing", .right = edit,         \
      .of = &type, .respond = register_sharing_make },                                           \
    { .verb = one " comment", .summary = "Comment on it",                                        \
      .method = ACTION_POST, .route = "/" many "/{" one ":word}/comments", .right = edit,        \
      .of = &type, .respond = register_comment_make },                                           \
    { .verb = one " attach", .summary = "Attach files to it",                                    \
      .method = ACTION_POST, .route = "/" many "/{" one ":word}/files", .right = edit,           \
      .of = &type, .prepare = register_attach_prepare, .respond = register_attach_make,          \
      .upload_most = UPLOAD_USUAL },                                                             \
    { .verb = one " file", .summary = "A file that is attached to it",                           \
      .description = "The very bytes that were attached, verified on the way. If they hold "     \
      "personal data, the trail says who read them.",                                            \
      .method = ACTION_GET, .route = "/" many "/{" one ":word}/files/{evidence:word}",           \
      .right = see, .of = &type, .prepare = register_file_prepare,                               \
      .respond = evidence_fetched },                                                             \
    { .verb = one " detach", .summary = "Take a file off it; the file stays kept",               \
      .method = ACTION_POST, .route = "/" many "/{" one ":word}/files/{evidence:word}/end",      \
      .right = edit, .of = &type, .respond = register_detach_make },                             \
    { .verb = one " import new", .summary = "The form to add " many " from a file",              \
      .description = "Send a CSV, XLSX or ODS file with a line for each entry. Nothing is added " \
      "at once: you see which column is taken for what, which are not used, the first rows as "  \
      "they will be, and every row that is not fit, by the file's own row numbers. Files to fill " \
      "in are there, too.\n\n"                                                                   \
      "A row with a number changes the entry that has it: take the list as a file, change cells, " \
      "and send it back. Its columns become what the row says, an empty cell too; what has no "  \
      "column stays. You see each field before and after.\n\n"                                   \
      "The words beside each fault are those of the form; the code is for programs, and leads " \
      "to more. A row can be wrong as a whole: encoding, size, quote, cells; by its number: "    \
      "unknown, twice; a cell: cell; a field: needed, "                                          \
      "long, lines, choice, scale, amount, number, small, large, day, flag, reference, "         \
      "not_there, rule.",                                                                        \
      .for_all = true,                                                                           \
      .method = ACTION_GET, .route = "/" many "/import/new", .right = edit, .of = &type,         \
      .respond = import_new_show },                                                              \
    { .verb = one " import take", .summary = "Look at a file of " many,                          \
      .for_all = true,                                                                           \
      .method = ACTION_POST, .route = "/" many "/import/new", .right = edit, .of = &type,        \
      .prepare = import_take_prepare, .respond = import_take, .upload_most = UPLOAD_USUAL },     \
    { .verb = one " import template", .summary = "A file of " many " to be filled in",           \
      .for_all = true,                                                                           \
      .method = ACTION_GET, .route = "/" many "/import/template/{file:word}", .right = edit,     \
      .description = "Headings, and a second sheet that says what each column takes.",           \
      .of = &type, .respond = import_template_show },                                            \
    { .verb = one " import show", .summary = "A file of " many ", before and after it is added", \
      .description = "Before: what would be added, and what is wrong. Choose for every column "  \
      "what it is taken for; the next time the council adds a file with the same headings, the " \
      "choice is made already. All rows are added, or none.\n\n"                                 \
      "After: the entries that came of it. Who added it, or an administrator, can take it back " \
      "while none of them was changed: each new one goes to the last state that it can be taken " \
      "to at once, each that was changed becomes what it was, with the reason in its history; "  \
      "nothing is deleted.",                                                                     \
      .for_all = true,                                                                           \
      .method = ACTION_GET, .route = "/" many "/import/{import}", .right = edit, .of = &type,    \
      .prepare = import_read_prepare, .respond = import_show },                                  \
    { .verb = one " import bad", .summary = "The rows that are not fit, with reasons",           \
      .description = "The file's own columns, and behind them the row, column, value, code and " \
      "reason: as many rows as the page counts.",                                                \
      .for_all = true,                                                                           \
      .method = ACTION_GET, .route = "/" many "/import/{import}/bad-rows", .right = edit,        \
      .of = &type, .prepare = import_read_prepare, .respond = import_bad_show },                 \
    { .verb = one " import columns", .summary = "Say which column is what",                      \
      .for_all = true,                                                                           \
      .method = ACTION_POST, .route = "/" many "/import/{import}/columns", .right = edit,        \
      .of = &type, .prepare = import_read_prepare, .respond = import_columns_make },             \
    { .verb = one " import add", .summary = "Add every row of it",                               \
      .for_all = true,                                                                           \
      .method = ACTION_POST, .route = "/" many "/import/{import}/add", .right = edit,            \
      .of = &type, .prepare = import_read_prepare, .respond = import_add_make },                 \
    { .verb = one " import back", .summary = "Take the import back, and say why",                \
      .for_all = true,                                                                           \
      .method = ACTION_POST, .route = "/" many "/import/{import}/back", .right = edit,           \
      .of = &type, .prepare = import_read_prepare, .respond = import_back_make },                \
    { .verb = "api " one " list", .summary = "The " many ", a page of them; the next by Link",   \
      .method = ACTION_GET, .route = "/api/v1/" many, .right = see, .of = &type,                 \
      .respond = api_register_list, .call = &register_list_call },                               \
    REGISTER_FILE_CALL(type, one, many, see, "csv", "CSV", csv),                                 \
    REGISTER_FILE_CALL(type, one, many, see, "json", "JSON, with what was asked for", json),     \
    REGISTER_FILE_CALL(type, one, many, see, "xlsx", "an Excel workbook", xlsx),                 \
    REGISTER_FILE_CALL(type, one, many, see, "ods", "an OpenDocument workbook", ods),            \
    REGISTER_FILE_CALL(type, one, many, see, "atom", "an Atom feed, the last changes first",     \
                       atom),                                                                    \
    { .verb = "api " one " show", .summary = "One of the " many ", with its ETag",               \
      .method = ACTION_GET, .route = "/api/v1/" many "/{" one ":word}", .right = see,            \
      .of = &type, .respond = api_register_show, .call = &register_show_call },                  \
    { .verb = "api " one " make", .summary = "Record " a,                                        \
      .method = ACTION_POST, .route = "/api/v1/" many, .right = edit, .of = &type,               \
      .respond = api_register_make, .call = &register_make_call },                               \
    { .verb = "api " one " import", .summary = "Add " many " from a file, or look at it",        \
      .description = "The body is the file: CSV, XLSX or ODS. All its rows are added, or none; " \
      "with check nothing is, and the answer says what would be. Columns are taken by their "    \
      "headings, or as the council took them the last time. The same file is added once.",       \
      .for_all = true,                                                                           \
      .method = ACTION_POST, .route = "/api/v1/" many "/imports", .right = edit, .of = &type,     \
      .prepare = api_import_prepare, .respond = api_import_make, .upload_most = UPLOAD_USUAL,    \
      .call = &import_call },                                                                    \
    { .verb = "api " one " change", .summary = "Change " a ", with If-Match",                    \
      .method = ACTION_PUT, .route = "/api/v1/" many "/{" one ":word}", .right = edit,           \
      .of = &type, .respond = api_register_change, .call = &register_change_call },              \
    { .verb = "api " one " state", .summary = "Take " a " to another state, with If-Match",      \
      .method = ACTION_POST, .route = "/api/v1/" many "/{" one ":word}/state", .right = edit,    \
      .of = &type, .respond = api_register_state, .call = &register_state_call },                \
    { .verb = "api " one " share", .summary = "Say who sees " a ", with If-Match",               \
      .method = ACTION_POST, .route = "/api/v1/" many "/{" one ":word}/sharing", .right = edit,  \
      .of = &type, .respond = api_register_share, .call = &register_share_call },                \
    { .verb = "api " one " files", .summary = "Files of one of the " many,                       \
      .method = ACTION_GET, .route = "/api/v1/" many "/{" one ":word}/files", .right = see,      \
      .of = &type, .respond = api_register_files, .call = &register_files_call },                \
    { .verb = "api " one " attach", .summary = "Attach a file to one of the " many,              \
      .description = "The body is the file. A header Content-Digest (RFC 9530, sha-256) is "     \
      "held against what came. Attached to what is shared, the partner reads it, unless it "     \
      "holds personal data.",                                                                    \
      .method = ACTION_POST, .route = "/api/v1/" many "/{" one ":word}/files", .right = edit,    \
      .of = &type, .prepare = register_attach_prepare, .respond = api_register_attach,           \
      .upload_most = UPLOAD_USUAL, .call = &register_attach_call },                              \
    { .verb = "api " one " file", .summary = "A file that is attached to it",                    \
      .method = ACTION_GET,                                                                      \
      .route = "/api/v1/" many "/{" one ":word}/files/{evidence:word}", .right = see,            \
      .of = &type, .prepare = register_file_prepare, .respond = evidence_fetched,                \
      .call = &register_file_call },                                                             \
    { .verb = "api " one " detach", .summary = "Take a file off it; the file stays kept",        \
      .method = ACTION_POST,                                                                     \
      .route = "/api/v1/" many "/{" one ":word}/files/{evidence:word}/end", .right = edit,       \
      .of = &type, .respond = api_register_detach, .call = &register_detach_call }

#endif
