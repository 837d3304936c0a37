/*
 * finance/finance_api_table.c -- the calls of money: what each takes, what it gives, whose it is.
 */
#include "finance/finance_api.h"
#include "finance/finance_map.h"
#include "finance/finance_profile.h"
#include "finance/finance_table.h"
#include "identity/right.h"
#include "register/evidence_desk.h"

#define LINE(n, h)   { .name = (n), .type = API_LINE, .required = true, .help = (h) }
#define NUMBER(n, h) { .name = (n), .type = API_NUMBER, .required = true, .help = (h) }
#define FLAG(n, h)   { .name = (n), .type = API_FLAG, .required = true, .help = (h) }
#define MONEY(n, h)  { .name = (n), .type = API_LINE, .required = true, \
                       .help = h ", in pounds: 1234.56" }

/* --- years and months --- */

static const struct api_field year_gives[] = {
    { .name = "year", .type = API_LINE, .required = true, .brief = true,
      .help = "The financial year, as 2014-15" },
    { .name = "begun_at", .type = API_MOMENT, .required = true, .brief = true,
      .help = "When it was begun" },
    { .name = "begun_by", .type = API_LINE, .required = true, .help = "By whom" },
    { 0 },
};
static const struct api_field year_takes[] = {
    { .name = "year", .type = API_LINE, .required = true, .most = 7,
      .help = "The financial year, as 2014-15: April to March" },
    { 0 },
};
static const struct api_call year_list_call = { .answer = API_LIST, .gives = year_gives };
static const struct api_call year_begin_call = { .answer = API_OBJECT, .status = 201,
                                                 .takes = year_takes, .gives = year_gives };

static const char *const period_states[] = { "open", "soft", "locked", NULL };

#define PERIOD_FIELDS \
    { .name = "period", .type = API_LINE, .required = true, .brief = true, \
      .help = "The period, as 2014-15/P03" }, \
    { .name = "month", .type = API_LINE, .required = true, .brief = true, \
      .help = "Its name: June, or Final accounts" }, \
    { .name = "state", .type = API_CHOICE, .required = true, .brief = true, \
      .choices = period_states, .help = "Open, closed softly, or locked" }, \
    { .name = "lines", .type = API_NUMBER, .required = true, .brief = true, \
      .help = "Lines of the acting council's ledger that are taken in" }, \
    { .name = "amount", .type = API_LINE, .required = true, .brief = true, \
      .help = "What they come to, in pounds: 1234.56" }

static const struct api_field standing_part[] = {
    LINE("council", "The council's code"),
    FLAG("taken", "Are lines of its ledger taken in?"),
    FLAG("mapped", "Has every code of them a row in its map?"),
    { .name = "changed_at", .type = API_MOMENT, .help = "Since when; none: nothing was done yet" },
    { 0 },
};
static const struct api_field month_import_part[] = {
    NUMBER("import", "Its number"),
    { .name = "file", .type = API_LINE, .help = "The name of its file; none: it is erased" },
    NUMBER("lines", "Its lines in the period"),
    MONEY("amount", "What they come to"),
    { 0 },
};
static const struct api_field period_gives[] = { PERIOD_FIELDS, { 0 } };
static const struct api_field month_gives[] = {
    PERIOD_FIELDS,
    { .name = "councils", .type = API_PARTS, .required = true, .parts = standing_part,
      .help = "How far each council is" },
    { .name = "imports", .type = API_PARTS, .required = true, .parts = month_import_part,
      .help = "The acting council's extracts with lines in the period" },
    { 0 },
};
static const struct api_call month_list_call = { .answer = API_LIST, .gives = period_gives };
static const struct api_call month_show_call = { .answer = API_OBJECT, .gives = month_gives };

/* --- profiles --- */

#define PROFILE_FIELDS \
    { .name = "profile", .type = API_NUMBER, .required = true, .brief = true, .least = 1, \
      .help = "The number of this version" }, \
    { .name = "system", .type = API_LINE, .required = true, .brief = true, \
      .help = "Whose extracts it reads: General ledger" }, \
    { .name = "version", .type = API_NUMBER, .required = true, .brief = true, .least = 1, \
      .help = "The system's first, second, ... profile" }, \
    { .name = "guessed", .type = API_FLAG, .required = true, \
      .help = "Was it guessed from an extract?" }, \
    { .name = "made_at", .type = API_MOMENT, .required = true, .brief = true, \
      .help = "When it was kept" }, \
    { .name = "made_by", .type = API_LINE, .required = true, .help = "By whom" }

static const struct api_field profile_gives[] = { PROFILE_FIELDS, { 0 } };
static const struct api_field profile_whole_gives[] = {
    PROFILE_FIELDS,
    { .name = "words", .type = API_TEXT, .required = true, .help = "The profile itself" },
    { 0 },
};
static const struct api_field profile_takes[] = {
    { .name = "system", .type = API_LINE, .required = true, .most = EXTRACT_SYSTEM_BYTES_MOST,
      .help = "Whose extracts it reads; the same name for all its versions" },
    { .name = "words", .type = API_TEXT, .required = true, .most = EXTRACT_PROFILE_BYTES_MOST,
      .help = "The profile: lines of key = value" },
    { 0 },
};
static const struct api_call profile_list_call = { .answer = API_LIST, .gives = profile_gives };
static const struct api_call profile_show_call = { .answer = API_OBJECT,
                                                   .gives = profile_whole_gives };
static const struct api_call profile_keep_call = { .answer = API_OBJECT, .status = 201,
                                                   .takes = profile_takes,
                                                   .gives = profile_whole_gives };

/* --- imports --- */

static const char *const import_states[] = { "new", "reading", "taken", "refused", "withdrawn",
                                             NULL };
static const char *const books[] = { "ledger", "budget", "forecast", NULL };

#define IMPORT_FIELDS \
    { .name = "import", .type = API_NUMBER, .required = true, .brief = true, .least = 1, \
      .help = "Its number" }, \
    { .name = "file", .type = API_LINE, .brief = true, \
      .help = "The name of its file; none: it is erased" }, \
    LINE("evidence", "The file as it is kept: its number there"), \
    { .name = "year", .type = API_LINE, .required = true, .brief = true, \
      .help = "Of which financial year" }, \
    { .name = "book", .type = API_CHOICE, .required = true, .choices = books, \
      .help = "Of which book" }, \
    { .name = "state", .type = API_CHOICE, .required = true, .brief = true, \
      .choices = import_states, .help = "How far it is" }, \
    { .name = "profile", .type = API_NUMBER, .least = 1, \
      .help = "The profile that it is read with; none: it is not chosen" }, \
    { .name = "job", .type = API_NUMBER, .least = 1, \
      .help = "The job that reads it, or read it last" }, \
    { .name = "control_lines", .type = API_NUMBER, \
      .help = "Its lines, by the ledger system" }, \
    { .name = "control_amount", .type = API_LINE, \
      .help = "What they come to, by the ledger system" }, \
    { .name = "lines", .type = API_NUMBER, .required = true, .brief = true, \
      .help = "Lines that were found fit" }, \
    NUMBER("left_out", "Rows that the profile leaves out"), \
    NUMBER("refused", "Rows that were refused"), \
    { .name = "amount", .type = API_LINE, .required = true, .brief = true, \
      .help = "What the fit lines come to, in pounds: 1234.56" }, \
    { .name = "outcome", .type = API_LINE, .required = true, .help = "What came of it" }, \
    FLAG("errors", "Is there a file of its refused rows?"), \
    { .name = "made_at", .type = API_MOMENT, .required = true, .help = "When it was uploaded" }, \
    LINE("made_by", "By whom"), \
    { .name = "ended_at", .type = API_MOMENT, .help = "When it was read" }, \
    { .name = "withdrawn_by", .type = API_LINE, .help = "Who withdrew it" }, \
    { .name = "withdrawn_why", .type = API_LINE, .help = "And why" }

static const struct api_field sum_part[] = {
    LINE("period", "The period, as 2014-15/P03"),
    NUMBER("lines", "Lines"),
    MONEY("amount", "What they come to"),
    { 0 },
};
static const struct api_field import_gives[] = { IMPORT_FIELDS, { 0 } };
static const struct api_field import_arrived_gives[] = {
    IMPORT_FIELDS,
    FLAG("already", "Was the same file uploaded before, as this import?"),
    { 0 },
};
static const struct api_field import_whole_gives[] = {
    IMPORT_FIELDS,
    FLAG("stopped", "Did its job end without reading it? It can be begun again"),
    { .name = "periods", .type = API_PARTS, .required = true, .parts = sum_part,
      .help = "What was taken in, by period" },
    { 0 },
};
static const struct api_field import_list_takes[] = {
    { .name = "year", .type = API_LINE, .most = 7, .help = "Of this year alone" },
    { 0 },
};
static const struct api_field import_takes[] = {
    { .name = "name", .type = API_LINE, .required = true, .most = 255,
      .help = "The file's name: it is kept, and part of its lines' ids if they have none" },
    { .name = "year", .type = API_LINE, .required = true, .most = 7,
      .help = "The financial year, as 2014-15" },
    { .name = "book", .type = API_CHOICE, .choices = books, .help = "Which book; none: ledger" },
    { .name = "system", .type = API_LINE, .most = EXTRACT_SYSTEM_BYTES_MOST,
      .help = "Read it with the newest profile of this system; none: as the last import" },
    { .name = "personal", .type = API_FLAG, .help = "Does it hold personal data?" },
    { 0 },
};
static const struct api_field preview_row_part[] = {
    NUMBER("row", "Its number in the file"),
    { .name = "cells", .type = API_WORDS, .required = true, .help = "As it is" },
    LINE("words", "As it would be, or why it is no line"),
    { 0 },
};
#define PREVIEW_FIELDS \
    { .name = "used", .type = API_WORDS, .required = true, .help = "Columns that are used" }, \
    { .name = "unused", .type = API_WORDS, .required = true, .help = "Columns that are not" }, \
    { .name = "missing", .type = API_WORDS, .required = true, \
      .help = "Columns that the profile names and the file has not" }, \
    { .name = "trouble", .type = API_LINE, \
      .help = "Why it cannot be read with this profile; none: it can" }, \
    { .name = "rows", .type = API_PARTS, .required = true, .parts = preview_row_part, \
      .help = "The first rows" }

static const struct api_field preview_gives[] = { PREVIEW_FIELDS, { 0 } };
static const struct api_field choose_takes[] = {
    { .name = "profile", .type = API_NUMBER, .required = true, .least = 1,
      .help = "The profile's number" },
    { 0 },
};
static const struct api_field begin_takes[] = {
    { .name = "control_lines", .type = API_NUMBER, .required = true, .most = 999999999,
      .help = "How many lines it has, by the ledger system: with those that the profile leaves "
              "out, without headings and total rows" },
    { .name = "control_amount", .type = API_LINE, .required = true, .most = 20,
      .help = "What they come to, by the ledger system: 1234.56 or -1234.56" },
    { .name = "late_why", .type = API_LINE, .most = IMPORT_WHY_MOST,
      .help = "Why it comes now; needed while a period that it is for is closed softly" },
    { 0 },
};
static const struct api_field begin_gives[] = {
    NUMBER("import", "Its number"),
    NUMBER("job", "The job that reads it"),
    LINE("address", "Where to see how far it is"),
    { 0 },
};
static const struct api_field withdraw_takes[] = {
    { .name = "why", .type = API_LINE, .required = true, .most = IMPORT_WHY_MOST,
      .help = "Why; it stays with the import: name nobody" },
    { 0 },
};
static const struct api_field refusals_takes[] = {
    { .name = "behind", .type = API_LINE, .cursor = true,
      .help = "Where the list goes on, as its Link says" },
    { 0 },
};
static const struct api_field refusal_gives[] = {
    { .name = "row", .type = API_NUMBER, .required = true, .brief = true,
      .help = "Its number in the file" },
    { .name = "reason", .type = API_LINE, .required = true, .brief = true,
      .help = "Why, as a code: CODE_LOST" },
    { .name = "words", .type = API_LINE, .required = true, .brief = true,
      .help = "What is wrong, and what to do" },
    { 0 },
};
static const struct api_call import_list_call = { .answer = API_LIST, .takes = import_list_takes,
                                                  .gives = import_gives };
static const struct api_call import_upload_call = { .answer = API_OBJECT, .status = 201,
                                                    .takes = import_takes,
                                                    .gives = import_arrived_gives };
static const struct api_call import_show_call = { .answer = API_OBJECT,
                                                  .gives = import_whole_gives };
static const struct api_call import_preview_call = { .answer = API_OBJECT,
                                                     .gives = preview_gives };
static const struct api_call import_choose_call = { .answer = API_OBJECT, .takes = choose_takes,
                                                    .gives = import_gives };
static const struct api_call import_begin_call = { .answer = API_OBJECT, .status = 202,
                                                   .takes = begin_takes, .gives = begin_gives };
static const struct api_call import_withdraw_call = { .answer = API_OBJECT,
                                                      .takes = withdraw_takes,
                                                      .gives = import_gives };
static const struct api_call refusals_call = { .answer = API_LIST, .takes = refusals_takes,
                                               .gives = refusal_gives };
static const struct api_call import_errors_call = { .answer = API_FILE, .type = FILE_TYPE };

/* --- basis values from files --- */

#define VALUES_FIELDS \
    { .name = "values", .type = API_NUMBER, .required = true, .brief = true, .least = 1, \
      .help = "The number of the file of values" }, \
    { .name = "file", .type = API_LINE, .brief = true, .help = "Its name; none: it was erased" }, \
    LINE("evidence", "The kept file: evidence of a draft that begins with it"), \
    { .name = "basis", .type = API_LINE, .brief = true, \
      .help = "The code of the basis; none: a column says it" }, \
    { .name = "taken", .type = API_FLAG, .required = true, .brief = true, \
      .help = "Are its values taken? Then no row is refused, and the control total is right" }, \
    { .name = "profile", .type = API_TEXT, .help = "What it was read with; none: not yet" }, \
    { .name = "control", .type = API_LINE, .help = "The control total that was given" }, \
    NUMBER("counted", "Rows that are added up"), \
    NUMBER("left_out", "Rows that the profile leaves out"), \
    { .name = "made_at", .type = API_MOMENT, .required = true, .help = "When it was uploaded" }, \
    LINE("made_by", "By whom"), \
    { .name = "read_at", .type = API_MOMENT, .help = "When it was read last; none: not yet" }, \
    { .name = "read_by", .type = API_LINE, .help = "By whom" }

static const struct api_field value_part[] = {
    LINE("basis", "Its code"),
    { .name = "from", .type = API_LINE, .help = "The first period; none: the beginning" },
    LINE("council", "The council's code"), LINE("value", "What its rows come to"),
    NUMBER("rows", "How many they are"), { 0 },
};
static const struct api_field draft_part[] = {
    LINE("subject", "The basis"),
    { .name = "values", .type = API_TEXT, .required = true,
      .help = "from,council,value by lines: the field values of a proposal" },
    LINE("evidence", "The file: the proposal's evidence"), { 0 },
};
static const struct api_field values_gives[] = { VALUES_FIELDS, { 0 } };
static const struct api_field values_arrived_gives[] = {
    VALUES_FIELDS, FLAG("already", "Was the same file uploaded before?"), { 0 },
};
static const struct api_field values_whole_gives[] = {
    VALUES_FIELDS, NUMBER("refused", "Rows that are refused"),
    { .name = "total", .type = API_LINE, .help = "What the values come to" },
    { .name = "difference", .type = API_LINE,
      .help = "By what they differ from the control total; none: they do not" },
    { .name = "sums", .type = API_PARTS, .required = true, .parts = value_part,
      .help = "For each basis, period and council" },
    { .name = "drafts", .type = API_PARTS, .required = true, .parts = draft_part,
      .help = "What a draft of each basis begins with, to be sent to /api/v1/proposals; none "
              "before the values are taken" },
    { 0 },
};
static const struct api_field values_preview_gives[] = {
    { .name = "profile", .type = API_TEXT, .required = true, .help = "What it is read with" },
    FLAG("guessed", "Is that a guess? Then complete the lines that begin with # (open)"),
    PREVIEW_FIELDS, { 0 },
};
static const struct api_field values_takes[] = {
    { .name = "name", .type = API_LINE, .required = true, .most = 255,
      .help = "The file's name: it is kept" },
    { .name = "basis", .type = API_LINE, .most = 64,
      .help = "The code of the basis; none: a column of the file says it" },
    { .name = "personal", .type = API_FLAG, .help = "Does it hold personal data?" },
    { 0 },
};
static const struct api_field values_read_takes[] = {
    { .name = "words", .type = API_TEXT, .required = true, .most = 32768,
      .help = "The profile, lines of key = value: basis, from, partner, value" },
    { .name = "control", .type = API_LINE, .required = true, .most = 40,
      .help = "What all values come to, as whoever made the file counted them: 1340.75" },
    { 0 },
};
static const struct api_call values_list_call = { .answer = API_LIST, .gives = values_gives };
static const struct api_call values_upload_call = { .answer = API_OBJECT, .status = 201,
                                                    .takes = values_takes,
                                                    .gives = values_arrived_gives };
static const struct api_call values_show_call = { .answer = API_OBJECT,
                                                  .gives = values_whole_gives };
static const struct api_call values_preview_call = { .answer = API_OBJECT,
                                                     .gives = values_preview_gives };
static const struct api_call values_read_call = { .answer = API_OBJECT,
                                                  .takes = values_read_takes,
                                                  .gives = values_whole_gives };
static const struct api_call values_refusals_call = { .answer = API_LIST,
                                                      .gives = refusal_gives };
static const struct api_call values_errors_call = { .answer = API_FILE, .type = "text/csv" };

/* --- the map --- */

static const char *const gap_kinds[] = { "account", "cost_centre", NULL };
static const char *const ways[] = { "replace", "add", NULL };

static const struct api_field map_gives[] = {
    LINE("year", "The financial year"),
    NUMBER("version", "The version of the map; 0: there is none yet"),
    { .name = "made_at", .type = API_MOMENT, .help = "When it was kept" },
    { .name = "made_by", .type = API_LINE, .help = "By whom" },
    NUMBER("accounts", "Rows for accounts"),
    NUMBER("cost_centres", "Rows for cost centres"),
    NUMBER("moves", "Rows for codes that became others"),
    NUMBER("accounts_missing", "Accounts of lines taken in that have no row"),
    NUMBER("cost_centres_missing", "Cost centres of such lines that have none"),
    { 0 },
};
static const struct api_field gap_gives[] = {
    { .name = "kind", .type = API_CHOICE, .required = true, .brief = true, .choices = gap_kinds,
      .help = "What the code is of" },
    { .name = "code", .type = API_LINE, .required = true, .brief = true, .help = "The code" },
    { .name = "lines", .type = API_NUMBER, .required = true, .brief = true,
      .help = "Lines that have it" },
    { .name = "amount", .type = API_LINE, .required = true, .brief = true,
      .help = "What they come to, in pounds: 1234.56" },
    { .name = "periods", .type = API_LINE, .required = true, .brief = true,
      .help = "The periods they are in" },
    { 0 },
};
static const struct api_field map_takes[] = {
    { .name = "version", .type = API_NUMBER, .required = true,
      .help = "The version of the map that is changed; 0: there is none yet" },
    { .name = "way", .type = API_CHOICE, .choices = ways,
      .help = "Put the file in the place of the map's, or add its rows; none: replace" },
    { .name = "why", .type = API_LINE, .most = IMPORT_WHY_MOST,
      .help = "Why it is changed now; needed while a period of the year is closed softly" },
    { 0 },
};
static const struct api_field reorganise_takes[] = {
    { .name = "version", .type = API_NUMBER, .required = true,
      .help = "The version of the map that is changed" },
    { .name = "old", .type = API_LINE, .required = true, .most = 4000,
      .help = "Cost centres that end, parted by commas" },
    { .name = "new", .type = API_LINE, .required = true, .most = 4000,
      .help = "Cost centres that begin, likewise" },
    { .name = "first", .type = API_LINE, .required = true, .most = 11,
      .help = "First period of the new ones, as 2014-15/P07" },
    { .name = "why", .type = API_LINE, .most = IMPORT_WHY_MOST,
      .help = "Why it is changed now; needed while a period of the year is closed softly" },
    { 0 },
};
static const struct api_call reorganise_call = { .answer = API_OBJECT, .status = 201,
                                                 .takes = reorganise_takes,
                                                 .gives = map_gives };
static const struct api_call map_show_call = { .answer = API_OBJECT, .gives = map_gives };
static const struct api_call map_gaps_call = { .answer = API_LIST, .gives = gap_gives };
static const struct api_call map_file_call = { .answer = API_FILE,
                                               .type = "text/csv" };
static const struct api_call map_keep_call = { .answer = API_OBJECT, .status = 201,
                                               .takes = map_takes, .gives = map_gives };

static const struct action actions[] = {
    { .verb = "api year list", .summary = "The partnership's financial years, the latest first",
      .method = ACTION_GET, .route = "/api/v1/years", .right = MAY_SEE_MONEY,
      .respond = api_year_list, .call = &year_list_call },
    { .verb = "api year begin", .summary = "Begin a financial year of the partnership",
      .method = ACTION_POST, .route = "/api/v1/years", .right = MAY_BEGIN_YEAR,
      .respond = api_year_begin, .call = &year_begin_call },
    { .verb = "api month list", .summary = "The periods of a year, and what is taken in for them",
      .method = ACTION_GET, .route = "/api/v1/years/{year:year}/periods", .right = MAY_SEE_MONEY,
      .respond = api_month_list, .call = &month_list_call },
    { .verb = "api month show", .summary = "A period: how far each council is with it",
      .method = ACTION_GET, .route = "/api/v1/years/{year:year}/periods/{period:word}",
      .right = MAY_SEE_MONEY, .respond = api_month_show, .call = &month_show_call },

    { .verb = "api profile list", .summary = "How the council's extracts are read",
      .method = ACTION_GET, .route = "/api/v1/profiles", .right = MAY_SEE_MONEY,
      .respond = api_profile_list, .call = &profile_list_call },
    { .verb = "api profile show", .summary = "A version of a profile",
      .method = ACTION_GET, .route = "/api/v1/profiles/{profile}", .right = MAY_SEE_MONEY,
      .respond = api_profile_show, .call = &profile_show_call },
    { .verb = "api profile keep", .summary = "Keep a version of a profile",
      .method = ACTION_POST, .route = "/api/v1/profiles", .right = MAY_TAKE_EXTRACT,
      .respond = api_profile_keep, .call = &profile_keep_call },

    { .verb = "api import list", .summary = "Extracts of the council, the newest 200 first",
      .method = ACTION_GET, .route = "/api/v1/imports", .right = MAY_SEE_MONEY,
      .respond = api_import_list, .call = &import_list_call },
    { .verb = "api import upload", .summary = "Upload an extract",
      .description =
          "The body is the file. A header Content-Digest (RFC 9530, sha-256) is held against what "
          "came. Nothing is taken in yet: that is what begin does. The same file uploaded again "
          "is the import that it was, and says so.",
      .method = ACTION_POST, .route = "/api/v1/imports", .right = MAY_TAKE_EXTRACT,
      .prepare = api_import_upload_prepare, .respond = api_import_upload,
      .upload_most = UPLOAD_USUAL, .call = &import_upload_call },
    { .verb = "api import show", .summary = "An extract: how far it is, and what came of it",
      .method = ACTION_GET, .route = "/api/v1/imports/{import}", .right = MAY_SEE_MONEY,
      .respond = api_import_show, .call = &import_show_call },
    { .verb = "api import preview", .summary = "The first rows of an extract as they would be",
      .description = "Of one that is to be read; once it is taken in there is none.",
      .method = ACTION_GET, .route = "/api/v1/imports/{import}/preview", .right = MAY_SEE_MONEY,
      .prepare = extract_show_prepare, .respond = api_import_preview,
      .call = &import_preview_call },
    { .verb = "api import choose", .summary = "Choose the profile that an extract is read with",
      .method = ACTION_POST, .route = "/api/v1/imports/{import}/profile",
      .right = MAY_TAKE_EXTRACT, .respond = api_import_choose, .call = &import_choose_call },
    { .verb = "api import begin", .summary = "Take an extract in, if it is what the ledger says",
      .description =
          "A job reads it, and the answer comes before that: ask at the address until the state is "
          "taken or refused, or stopped is true. All rows are taken in, or none.",
      .method = ACTION_POST, .route = "/api/v1/imports/{import}/begin",
      .right = MAY_TAKE_EXTRACT, .respond = api_import_begin, .call = &import_begin_call },
    { .verb = "api import withdraw", .summary = "Withdraw an import, with a reason",
      .method = ACTION_POST, .route = "/api/v1/imports/{import}/withdraw",
      .right = MAY_TAKE_EXTRACT, .respond = api_import_withdraw, .call = &import_withdraw_call },
    { .verb = "api import refusals", .summary = "The first thousand refused rows of an extract",
      .method = ACTION_GET, .route = "/api/v1/imports/{import}/refusals", .right = MAY_SEE_MONEY,
      .respond = api_import_refusals, .call = &refusals_call },
    { .verb = "api import errors", .summary = "All refused rows of an extract, as a file",
      .description = "CSV in the extract's own columns, with the reasons: to be mended and sent "
                     "again.",
      .method = ACTION_GET, .route = "/api/v1/imports/{import}/errors", .right = MAY_SEE_MONEY,
      .prepare = extract_errors_prepare, .respond = evidence_fetched,
      .call = &import_errors_call },

    { .verb = "api values list", .summary = "Files of basis values that the council has brought",
      .method = ACTION_GET, .route = "/api/v1/basis-files", .right = MAY_SEE_MONEY,
      .respond = api_basis_file_list, .call = &values_list_call },
    { .verb = "api values upload", .summary = "Upload a file of basis values",
      .description =
          "The body is the file: CSV, XLSX, ODS or fixed width. Nothing is taken yet: that is what "
          "read does. The same file uploaded again is the one that it was, and says so.",
      .method = ACTION_POST, .route = "/api/v1/basis-files", .right = MAY_PREPARE_BASIS,
      .prepare = api_import_upload_prepare, .respond = api_basis_file_upload,
      .upload_most = UPLOAD_USUAL, .call = &values_upload_call },
    { .verb = "api values show", .summary = "A file of basis values: its sums, and its drafts",
      .method = ACTION_GET, .route = "/api/v1/basis-files/{values}", .right = MAY_SEE_MONEY,
      .prepare = basis_file_show_prepare, .respond = api_basis_file_show,
      .call = &values_show_call },
    { .verb = "api values preview", .summary = "The first rows of a file of basis values",
      .description = "As they are and as they would be, with the profile that it is read with, or "
                     "seems to need.",
      .method = ACTION_GET, .route = "/api/v1/basis-files/{values}/preview",
      .right = MAY_SEE_MONEY, .prepare = basis_file_show_prepare,
      .respond = api_basis_file_preview, .call = &values_preview_call },
    { .verb = "api values read", .summary = "Read a file of basis values; take them if all is good",
      .description =
          "Its values are taken when no row is refused and they come to the control total: taken "
          "is true then, and drafts say what a draft of each basis begins with. Else nothing is.",
      .method = ACTION_POST, .route = "/api/v1/basis-files/{values}/read",
      .right = MAY_PREPARE_BASIS, .prepare = basis_file_read_prepare,
      .respond = api_basis_file_read, .call = &values_read_call },
    { .verb = "api values refusals", .summary = "The first thousand refused rows of such a file",
      .method = ACTION_GET, .route = "/api/v1/basis-files/{values}/refusals",
      .right = MAY_SEE_MONEY, .prepare = basis_file_show_prepare,
      .respond = api_basis_file_refusals, .call = &values_refusals_call },
    { .verb = "api values errors", .summary = "The refused rows of such a file, as a file",
      .method = ACTION_GET, .route = "/api/v1/basis-files/{values}/errors",
      .right = MAY_SEE_MONEY, .prepare = basis_file_show_prepare, .respond = basis_file_errors,
      .call = &values_errors_call },

    { .verb = "api mapping show", .summary = "The map of the council's codes in a year",
      .method = ACTION_GET, .route = "/api/v1/maps/{year:year}", .right = MAY_SEE_MONEY,
      .respond = api_map_show, .call = &map_show_call },
    { .verb = "api mapping gaps", .summary = "Codes of lines taken in that the map does not know",
      .method = ACTION_GET, .route = "/api/v1/maps/{year:year}/gaps", .right = MAY_SEE_MONEY,
      .respond = api_map_gaps, .call = &map_gaps_call },
    { .verb = "api mapping accounts", .summary = "The map's accounts, as a file",
      .method = ACTION_GET, .route = "/api/v1/maps/{year:year}/accounts", .right = MAY_SEE_MONEY,
      .respond = map_accounts_file, .call = &map_file_call },
    { .verb = "api mapping centres", .summary = "The map's cost centres, as a file",
      .method = ACTION_GET, .route = "/api/v1/maps/{year:year}/cost-centres",
      .right = MAY_SEE_MONEY, .respond = map_centres_file, .call = &map_file_call },
    { .verb = "api mapping keep-accounts", .summary = "Send accounts.csv of the map",
      .description = "Judged by the engine's own reader; a version more, if it is fit.",
      .method = ACTION_POST, .route = "/api/v1/maps/{year:year}/accounts",
      .right = MAY_TAKE_EXTRACT, .respond = api_map_accounts_keep,
      .upload_most = MONEY_MAP_BYTES_MOST, .call = &map_keep_call },
    { .verb = "api mapping keep-centres", .summary = "Send cost_centres.csv of the map",
      .description = "Judged by the engine's own reader; a version more, if it is fit.",
      .method = ACTION_POST, .route = "/api/v1/maps/{year:year}/cost-centres",
      .right = MAY_TAKE_EXTRACT, .respond = api_map_centres_keep,
      .upload_most = MONEY_MAP_BYTES_MOST, .call = &map_keep_call },
    { .verb = "api mapping moves", .summary = "What codes became, as a file",
      .method = ACTION_GET, .route = "/api/v1/maps/{year:year}/moves", .right = MAY_SEE_MONEY,
      .respond = map_moves_file, .call = &map_file_call },
    { .verb = "api mapping reorganise",
      .summary = "Cost centres end, and others begin, on a period",
      .description = "Earlier periods read as they did; what became of what goes into moves.csv.",
      .method = ACTION_POST, .route = "/api/v1/maps/{year:year}/reorganisations",
      .right = MAY_TAKE_EXTRACT, .respond = api_map_reorganise, .call = &reorganise_call },
    { .verb = "api mapping keep-moves", .summary = "Send moves.csv of the map",
      .description = "cost_centre,account,becomes_cost_centre,becomes_account,from: what a report "
                     "that is restated takes an earlier line's code for.",
      .method = ACTION_POST, .route = "/api/v1/maps/{year:year}/moves",
      .right = MAY_TAKE_EXTRACT, .respond = api_map_moves_keep,
      .upload_most = MONEY_MAP_BYTES_MOST, .call = &map_keep_call },
    { 0 },
};

const struct feature money_call_feature = { "money calls", "Money", actions };
