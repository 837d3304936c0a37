/*
 * web/words.h -- the words that pages say, in one list: English, and Gaelic where somebody who
 * speaks it has given it.
 *
 *     page_say(request, h, WORD_SIGN_OUT);
 *
 * What stands in one place alone is said there, by Lit() and what page_parts.h has, and is looked
 * up here by its English.
 *
 * A word that is not translated (NULL) is said in English, and marked as English within a Gaelic
 * page. `ochil strings --missing` lists those. What people have written is never translated.
 *
 * WORD_DONE_...: what was done, said on the page that follows (answer_done()).
 */
#ifndef OCHIL_WORDS_H
#define OCHIL_WORDS_H

#include "base/text.h"

#define WORD_LIST(W)                                                                             \
    W(SITE_FOR, "Shared services", NULL)                                                         \
    W(SAMPLE, "Sample data: nothing here is real.", NULL)                                        \
    W(SKIP, "Skip to the main part", NULL)                                                       \
    W(ACTING_FOR, "Acting for", NULL)                                                            \
    W(SIGNED_IN_AS, "Signed in as", NULL)                                                        \
    W(SEARCH, "Search", NULL)                                                                    \
    W(SEARCH_FOR, "Search for words or a number", NULL)                                          \
    W(SEARCH_FOUND, "found for", NULL)                                                           \
    W(SEARCH_LIST, "Show them in the list", NULL)                                                \
    W(SEARCH_MORE, "Show all", NULL)                                                             \
    W(SIGN_IN, "Sign in", "Cl\u00E0raich a-steach")                                              \
    W(SIGN_OUT, "Sign out", "Cl\u00E0raich a-mach")                                              \
    W(MENU, "Main menu", NULL)                                                                   \
    W(MENU_SIDE, "In this part", NULL)                                                           \
    W(MENU_HERE, "You are here", NULL)                                                           \
    W(HOME, "Home", "Dachaigh")                                                                  \
    W(MONEY, "Money", NULL)                                                                      \
    W(MONTHS, "Months", NULL)                                                                    \
    W(IMPORTS, "Imports", NULL)                                                                  \
    W(LOCKED, "Locked months", NULL)                                                             \
    W(MAP, "Map of codes", NULL)                                                                 \
    W(BASIS_FILES, "Basis values from files", NULL)                                              \
    W(ON_ACCOUNT, "Paid on account", NULL)                                                       \
    W(PROFILES, "Profiles of extracts", NULL)                                                    \
    W(WHAT_IF, "What if", NULL)                                                                  \
    W(QUERIES, "Queries", NULL)                                                                  \
    W(INITIATIVES, "Initiatives", NULL)                                                          \
    W(MEMORANDA, "Memoranda", NULL)                                                              \
    W(FUNDS, "Funds", NULL)                                                                      \
    W(LAYOUTS, "Layouts of journals", NULL)                                                      \
    W(PROGRAMME, "Programme", NULL)                                                              \
    W(RISKS, "Risks", NULL)                                                                      \
    W(ACTIONS, "Actions", NULL)                                                                  \
    W(OBLIGATIONS, "Obligations", NULL)                                                          \
    W(POLICIES, "Policies", NULL)                                                                \
    W(AGREEMENTS, "Agreements", NULL)                                                            \
    W(PROPOSALS, "Proposals", NULL)                                                              \
    W(SERVICES, "Services", NULL)                                                                \
    W(RECORDS, "Records", NULL)                                                                  \
    W(ADMIN, "Administration", NULL)                                                             \
    W(PEOPLE, "People and roles", NULL)                                                          \
    W(ROLES, "What a role sees", NULL)                                                           \
    W(KEY, "The council's key", NULL)                                                            \
    W(EVIDENCE, "Evidence", NULL)                                                                \
    W(EXPORTS, "Full export", NULL)                                                              \
    W(TRAIL, "Trail", NULL)                                                                      \
    W(JOBS, "Jobs", NULL)                                                                        \
    W(LOGIN, "Login", NULL)                                                                      \
    W(ACCOUNT, "Your account", NULL)                                                             \
    W(SESSIONS, "Sessions", NULL)                                                                \
    W(PASSWORD, "Password", "Facal-faire")                                                       \
    W(LINK, "Council's login", NULL)                                                             \
    W(SECOND, "Second factor", NULL)                                                             \
    W(TOKENS, "Tokens", NULL)                                                                    \
    W(HELP, "Help", "Cuideachadh")                                                               \
    W(HELP_ALL, "All pages", NULL)                                                               \
    W(API, "For programs", NULL)                                                                 \
    W(HELP_HERE, "Help with this page", NULL)                                                    \
    W(ACCESSIBILITY, "Accessibility", NULL)                                                      \
    W(LANGUAGE, "Gaelic", "G\u00E0idhlig")                                                       \
    W(SEEN_BY, "Who can see this page:", NULL)                                                   \
    W(SEEN_BY_ALL, "anybody", NULL)                                                              \
    W(SEEN_BY_YOU, "you alone", NULL)                                                            \
    W(SEEN_BY_ACCOUNTS, "whoever has signed in", NULL)                                           \
    W(SEEN_IN, "of", NULL)                                                                       \
    W(WRONG, "There is something to correct", NULL)                                              \
    W(FIRST_PAGE, "Go to the first page", NULL)                                                  \
    W(BACK, "Go back and look at the page again", NULL)                                          \
    W(EARLIER, "Earlier ones", NULL)                                                             \
    W(NEWEST, "The newest ones", NULL)                                                           \
    W(SESSION_HEAD, "Your session", NULL)                                                        \
    W(SESSION_SOON, "You have done nothing here for a while: in less than five minutes you are " \
      "signed out.", NULL)                                                                       \
    W(SESSION_LAST, "In less than five minutes you are signed out: no session is longer. Send "  \
      "what you have typed, and sign in again.", NULL)                                           \
    W(SESSION_OVER, "Your session has ended. What you have typed here is not lost: send it, "    \
      "sign in, and it waits for you.", NULL)                                                    \
    W(SESSION_STAY, "Stay signed in", NULL)                                                      \
    W(SESSION_CLOSE, "Back to the page", NULL)                                                   \
    W(SHOW_THESE, "Show these", NULL)                                                            \
    W(VIEWS, "Views", NULL)                                                                      \
    W(VIEW_KEEP, "Keep this view", NULL)                                                         \
    W(AS_FILE, "As a file", NULL)                                                                \
    W(VIEW_END, "Take away", NULL)                                                               \
    W(VIEW_KEEP_IT, "Keep it", NULL)                                                             \
    W(AS_FILE_ALL,                                                                               \
      "All that are found, in this order. (The page's own address is the view: keep "            \
      "it, or send it on.)", NULL)                                                               \
    W(FIRST_OF_LIST, "First page", NULL)                                                         \
    W(NEXT_OF_LIST, "Next page", NULL)                                                           \
    W(STATE_HEAD, "Change its state", NULL)                                                      \
    W(STATE_CHANGE, "Change the state", NULL)                                                    \
    W(SHARING_HEAD, "Who sees it", NULL)                                                         \
    W(SHARING_CHANGE, "Change who sees it", NULL)                                                \
    W(COMMENTS, "Comments", NULL)                                                                \
    W(COMMENTS_NONE, "Nobody has commented yet.", NULL)                                          \
    W(COMMENT_ADD, "Add the comment", NULL)                                                      \
    W(FILES, "Files", NULL)                                                                      \
    W(FILE_ATTACH, "Attach", NULL)                                                               \
    W(HISTORY, "History", NULL)                                                                  \
    W(ENTERED, "What you entered", NULL)                                                         \
    W(SHARING_OWN, "Seen by this council alone:", NULL)                                          \
    W(SHARING_SHARED, "Shared: the other council reads it. It is kept by", NULL)                 \
    W(SHARING_JOINT,                                                                             \
      "Joint: both councils read and change it. It stands in the register of", NULL)             \
    W(SHARING_BY, "Said so by", NULL)                                                            \
    W(RECORD_IT, "Record it", NULL)                                                              \
    W(SAVE, "Save", NULL)                                                                        \
    W(KEEP_LATER, "Keep for later", NULL)                                                        \
    W(NOT_SAVED, "Nothing of yours was saved. Compare, and save what shall stand.", NULL)        \
    W(FILES_ADD, "Add files", NULL)                                                              \
    W(FILES_KEEP, "Keep them", NULL)                                                             \
    W(FILES_PERSONAL,                                                                            \
      "Then every reading of them stands in the trail, and they are never shown to "             \
      "another council.", NULL)                                                                  \
    W(FILE_ERASE, "Erase it for ever", NULL)                                                     \
    W(IMPORT_TEMPLATE, "A file to fill in", NULL)                                                \
    W(IMPORT_LOOK, "Look at it", NULL)                                                           \
    W(IMPORT_WRONG, "What is wrong", NULL)                                                       \
    W(IMPORT_COLUMNS, "Which column is what", NULL)                                              \
    W(IMPORT_LOOK_AGAIN, "Look again", NULL)                                                     \
    W(IMPORT_LINES, "The first good rows, as they will be", NULL)                                \
    W(IMPORT_END, "Take back this import", NULL)                                                 \
    W(IMPORT_OTHER, "Another file", NULL)                                                        \
    W(IMPORT_WAY_IN, "Add from a file", NULL)                                                    \
    W(DONE_SESSION_ENDED, "The session has ended.", NULL)                                        \
    W(DONE_TOKEN_ENDED, "The token has ended.", NULL)                                            \
    W(DONE_JOB_TOLD, "The job was told to stop.", NULL)                                          \
    W(DONE_EXPORT_BEGUN, "The export was asked for.", NULL)                                      \
    W(DONE_ACTING, "You act for another council now.", NULL)                                     \
    W(DONE_PASSWORD, "Your password is changed. You are signed out everywhere else.", NULL)      \
    W(DONE_CHOSEN, "Your password is kept. Sign in with it.", NULL)                              \
    W(DONE_LINKED, "It is linked: your council's login lets you in from now on.", NULL)          \
    W(DONE_UNLINKED, "The link has ended.", NULL)                                                \
    W(DONE_SECOND_RESET, "The second factor was taken away.", NULL)                              \
    W(DONE_FILE_KEPT, "The file is kept.", NULL)                                                 \
    W(DONE_FILES_KEPT, "The files are kept.", NULL)                                              \
    W(DONE_FILE_ALREADY, "This very file was kept already; nothing was added.", NULL)            \
    W(DONE_FILE_ERASED, "The file is erased.", NULL)                                             \
    W(DONE_FILE_ATTACHED, "It is attached.", NULL)                                               \
    W(DONE_FILE_TAKEN_OFF, "The file is taken off; it stays kept.", NULL)                        \
    W(DONE_VIEW_KEPT, "The view is kept.", NULL)                                                 \
    W(DONE_VIEW_ENDED, "The view is taken away.", NULL)                                          \
    W(DONE_IMPORT_ADDED, "The entries are added.", NULL)                                         \
    W(DONE_IMPORT_ALREADY, "This very file was added already; nothing was changed.", NULL)       \
    W(DONE_IMPORT_BACK, "The import is taken back.", NULL)                                       \
    W(DONE_LOGIN_SAVED, "It is saved. Test it before you turn it on.", NULL)                     \
    W(DONE_LOGIN_ON, "The council's login is on.", NULL)                                         \
    W(DONE_LOGIN_OFF, "The council's login is off.", NULL)                                       \
    W(DONE_RULES_SET, "The rules are set.", NULL)                                                \
    W(DONE_DRAFT_KEPT, "The draft is kept.", NULL)                                               \
    W(DONE_PROPOSED, "It is proposed.", NULL)                                                    \
    W(DONE_AGREED, "Your council has agreed.", NULL)                                             \
    W(DONE_IN_FORCE, "Every council has agreed.", NULL)                                          \
    W(DONE_RETURNED, "It is returned.", NULL)                                                    \
    W(DONE_WITHDRAWN, "It is withdrawn.", NULL)                                                  \
    W(DONE_SIGNED_OUT, "You are signed out.", NULL)                                              \
    W(DONE_FORM_WAITS, "Your session had ended. What you had typed waits: sign in to find it.",  \
      NULL)                                                                                      \
    W(DONE_YEAR_BEGUN, "The year has begun: its thirteen periods are open.", NULL)               \
    W(DONE_BASIS_FILE_KEPT, "The file is kept. Give its control total.", NULL)                   \
    W(DONE_BASIS_FILE_READ, "Nothing was taken: see what is to be mended.", NULL)                \
    W(DONE_BASIS_FILE_TAKEN, "Its values are taken: a draft can begin with them.", NULL)         \
    W(DONE_ON_ACCOUNT, "It is recorded, and waits for the other council.", NULL)                 \
    W(DONE_ON_ACCOUNT_CONFIRMED, "It is confirmed, and counts.", NULL)                           \
    W(DONE_ON_ACCOUNT_REFUSED, "It is refused, and counts for nothing.", NULL)                   \
    W(DONE_ON_ACCOUNT_WITHDRAWN, "It is withdrawn.", NULL)                                       \
    W(DONE_PROFILE_KEPT, "The profile is kept.", NULL)                                           \
    W(DONE_LAYOUT_KEPT, "The layout was kept.", NULL)                                            \
    W(DONE_PROFILE_CHOSEN, "The extract is shown as this profile reads it.", NULL)               \
    W(DONE_EXTRACT_KEPT, "The extract is kept. Nothing is taken in yet.", NULL)                  \
    W(DONE_EXTRACT_ALREADY, "This very file is here already: this is its import. Nothing was "   \
      "changed.", NULL)                                                                          \
    W(DONE_MAP_KEPT, "The map is kept as a new version.", NULL)                                  \
    W(DONE_RESTATED, "The report is restated; it stays as it was itself.", NULL)                 \
    W(DONE_QUESTION_KEPT, "The question is kept.", NULL)                                         \
    W(DONE_QUESTION_SHARED, "Every council reads the question now.", NULL)                       \
    W(DONE_QUESTION_OWN, "The question is your council's alone.", NULL)                          \
    W(DONE_QUESTION_ENDED, "The question is thrown away.", NULL)                                 \
    W(DONE_IMPORT_BEGUN, "The extract is being read. You may go on meanwhile.", NULL)            \
    W(DONE_IMPORT_WITHDRAWN, "The import is withdrawn: its lines count no longer.", NULL)        \
    W(DONE_RUN, "It is being worked out. Look again in a moment.", NULL)                         \
    W(DONE_PERIOD_SIGNED, "It is signed for your council.", NULL)                                \
    W(DONE_PERIOD_SIGNED_BEFORE, "It was signed for your council before.", NULL)                 \
    W(DONE_PERIOD_LOCKED, "Every council has signed: the period is locked.", NULL)               \
    W(DONE_PERIOD_REFUSED, "What was signed is taken back.", NULL)                               \
    W(DONE_PERIOD_SOFT, "The period is closed softly.", NULL)                                    \
    W(DONE_PERIOD_OPEN, "The period is open again.", NULL)                                       \
    W(DONE_PERIOD_NOTHING, "It is noted: your council has no lines in this period.", NULL)       \
    W(DONE_BUNDLE_SIGNED, "The signature is good, and kept.", NULL)                              \
    W(DONE_RECOUNT_BEGUN, "It is being worked out again. You may go on meanwhile.", NULL)        \
    W(DONE_KEPT_LATER, "It is kept for later, seen by you alone: it stands on this page.", NULL) \
    W(DONE_FORM_DISCARDED, "It is discarded.", NULL)

#define WORD_NAME(name, english, gaelic) WORD_##name,
enum word { WORD_LIST(WORD_NAME) WORDS };
#undef WORD_NAME

enum language { ENGLISH, GAELIC };

/* "en-GB", "gd": as HTML has it. */
const char *language_code(enum language);

/* The word, in this language if it is there, else in English; `*is` tells which. */
const char *word_in(enum word, enum language, enum language *is);

/* What pages say of themselves where they say it: every sentence, heading and label that is no
 * word above, in English, ended by NULL. Made of the sources by tools/phrases.py while building. */
extern const char *const phrases[];

/* The same in this language; NULL: there is none. Its Gaelic is that of the word with this very
 * English: whoever translates a phrase gives it a row above. */
const char *phrase_in(struct text english, enum language);

/* "SIGN_OUT", and back; false: there is no such word. */
const char *word_name(enum word);
MUST_USE bool word_find(struct text name, enum word *);

#endif
