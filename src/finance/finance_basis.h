/*
 * finance/finance_basis.h -- what the councils agree before cost is shared: bases, and the cost
 * model of a year. Two kinds of proposals (register/two_key_kind.h), in versions; nothing is
 * charged by what is not agreed (finance_joint_model.h).
 *
 * basis        subject: its code, "ROLL". Values and components as lines of the engine's files
 *              without their first column; `from` of a value is a period. An override is a fixed
 *              basis whose source says who approved it and why; a change is dampened by a blend of
 *              the old basis and the new, with dated versions.
 * cost-model   subject: the year, "2014-15". Settings, the order of the councils, what each sees of
 *              the other's lines, and services, pools and drivers as the engine's files.
 *
 * Drafts are judged by the engine's own reader; other bases that they name need not be agreed yet.
 */
#ifndef OCHIL_FINANCE_BASIS_H
#define OCHIL_FINANCE_BASIS_H

#include "register/two_key_kind.h"

extern const struct two_key_kind basis_kind, cost_model_kind;

#define BASIS_CODE_MOST 32      /* bytes */

/* finance_basis_file_pages.c: a draft begins with the values of a file, ?file=7. */
enum err basis_begin(struct request *, struct text subject, struct form *content);

/* finance_basis_pages.c: what their pages show besides. */
enum err basis_gather(struct request *, struct two_key_case *);
void basis_show(struct request *, struct html *, const struct two_key_case *);
enum err cost_model_gather(struct request *, struct two_key_case *);
void cost_model_show(struct request *, struct html *, const struct two_key_case *);

#endif
