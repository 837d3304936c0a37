/*
 * web/words.h -- the words that pages say, in one list: English, and Gaelic where somebody who
 * speaks it has given it.
 *
 *     page_say(request, h, WORD_SIGN_OUT);
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
    W(EARLIER, "Earlier ones", NULL)                                                             \
    W(NEWEST, "The newest ones", NULL)                                                           \
    W(SHOW_THESE, "Show these", NULL)                                                            \
    W(DONE_SESSION_ENDED, "The session has ended.", NULL)                                        \
    W(DONE_TOKEN_ENDED, "The token has ended.", NULL)                                            \
    W(DONE_JOB_TOLD, "The job was told to stop.", NULL)                                          \
    W(DONE_EXPORT_BEGUN, "The export was asked for.", NULL)                                      \
    W(DONE_ACTING, "You act for another council now.", NULL)                                     \
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
    W(DONE_FORM_DISCARDED, "It is discarded.", NULL)

#define WORD_NAME(name, english, gaelic) WORD_##name,
enum word { WORD_LIST(WORD_NAME) WORDS };
#undef WORD_NAME

enum language { ENGLISH, GAELIC };

/* "en-GB", "gd": as HTML has it. */
const char *language_code(enum language);

/* The word, in this language if it is there, else in English; `*is` tells which. */
const char *word_in(enum word, enum language, enum language *is);

/* "SIGN_OUT", and back; false: there is no such word. */
const char *word_name(enum word);
MUST_USE bool word_find(struct text name, enum word *);

#endif
